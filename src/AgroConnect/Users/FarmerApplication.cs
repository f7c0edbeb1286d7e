using AgroConnect.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AgroConnect.Users;

public enum ApplicationStatus
{
    Pending,
    Approved,
    Rejected,
}

/// <summary>That somebody wants to sell, and what staff said to it.</summary>
public sealed class FarmerApplication
{
    public long Id { get; private init; }

    public required long UserId { get; init; }

    public User User { get; private init; } = null!;

    public required string FarmName { get; set; }

    public required string Message { get; set; }

    public ApplicationStatus Status { get; private set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? DecidedAt { get; private set; }

    public long? DecidedBy { get; private set; }

    public void Decide(ApplicationStatus status, long staffId, DateTimeOffset at) => (Status, DecidedBy, DecidedAt) = (status, staffId, at);
}

internal static class FarmerApplicationTables
{
    extension(AppDbContext db)
    {
        public DbSet<FarmerApplication> FarmerApplications => db.Set<FarmerApplication>();
    }

    public static string Name(this ApplicationStatus status) => status switch
    {
        ApplicationStatus.Approved => "approved",
        ApplicationStatus.Rejected => "rejected",
        _ => "pending",
    };
}

internal sealed class FarmerApplicationConfiguration : IEntityTypeConfiguration<FarmerApplication>
{
    public void Configure(EntityTypeBuilder<FarmerApplication> application)
    {
        application.ToTable("farmer_applications");
        application.Property(a => a.FarmName).HasMaxLength(150);
        application.Property(a => a.Message).HasMaxLength(2000);
        application.HasIndex(a => new { a.Status, a.CreatedAt });
        application.HasOne(a => a.User).WithMany().HasForeignKey(a => a.UserId).OnDelete(DeleteBehavior.Cascade);

        // One pending application a person, whatever runs at the same time.
        application.HasIndex(a => a.UserId).IsUnique().HasFilter("status = 0").HasDatabaseName("ix_farmer_applications_pending");
    }
}
