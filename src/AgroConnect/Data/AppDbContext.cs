using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace AgroConnect.Data;

/// <summary>
/// The database. Each business part declares its tables beside its entities (an
/// <see cref="IEntityTypeConfiguration{TEntity}"/> and an extension property); this class knows none of them.
/// </summary>
public abstract class AppDbContext(DbContextOptions options) : DbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder) =>
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(AppDbContext).Assembly);

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<Money>().HaveConversion<MoneyConverter>();
        configurationBuilder.Properties<Quantity>().HaveConversion<QuantityConverter>();
    }

    private sealed class MoneyConverter() : ValueConverter<Money, long>(money => money.Minor, minor => new Money(minor));

    private sealed class QuantityConverter()
        : ValueConverter<Quantity, long>(quantity => quantity.Thousandths, thousandths => new Quantity(thousandths));
}
