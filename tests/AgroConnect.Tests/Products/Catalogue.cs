using System.Collections.Concurrent;
using System.Data.Common;
using AgroConnect.Data;
using AgroConnect.Images;
using AgroConnect.Products;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace AgroConnect.Tests.Products;

/// <summary>An <see cref="App"/> that counts its statements, and puts into the catalogue what other parts would.</summary>
public sealed class Catalogue : App
{
    private readonly StatementCounter _counter = new();

    /// <summary>How many statements the database gets while something runs; all, or those that have a text in them.</summary>
    public async Task<int> StatementsOf(Func<Task> something, string with = "")
    {
        var before = _counter.Seen.Count;
        await something();
        return _counter.Seen.Skip(before).Count(statement => statement.Contains(with, StringComparison.Ordinal));
    }

    /// <summary>Gives a product the rating that its reviews would.</summary>
    public Task Rate(long product, double average, int count) => Change(product, (db, row) =>
    {
        db.Entry(row).Property(p => p.RatingAverage).CurrentValue = average;
        db.Entry(row).Property(p => p.RatingCount).CurrentValue = count;
    });

    public Task Picture(long product, int count) => Change(product, (_, row) => row.Images =
        [.. Enumerable.Range(1, count).Select(i => new GalleryImage(new StoredImage((product * 100) + i, "local", $"picture-{product}-{i}", 1600, 1200), $"Picture {i}"))]);

    /// <summary>In the database alone, so that no node hears of it.</summary>
    public async Task RenameBehindAllBacks(long product, string name)
    {
        await using var scope = Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<AppDbContext>().Products.Where(row => row.Id == product)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Name, name));
    }

    /// <summary>As a replica that has all that another market's writers wrote.</summary>
    public async Task CatchUpWith(App primary)
    {
        await using var scope = Services.CreateAsyncScope();
        await using var others = primary.Services.CreateAsyncScope();
        var version = await others.ServiceProvider.GetRequiredService<AppDbContext>().Set<CatalogueVersion>().Select(row => row.Value).SingleAsync();
        await scope.ServiceProvider.GetRequiredService<AppDbContext>().Set<CatalogueVersion>().ExecuteUpdateAsync(set => set.SetProperty(row => row.Value, version));
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.ConfigureTestServices(services => services
            .ConfigureDbContext<SqliteDbContext>(db => db.AddInterceptors(_counter))
            .ConfigureDbContext<PostgresDbContext>(db => db.AddInterceptors(_counter)));
    }

    private async Task Change(long product, Action<AppDbContext, Product> change)
    {
        await using var scope = Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        change(db, await db.Products.SingleAsync(row => row.Id == product));
        await db.SaveChangesAsync();
    }

    private sealed class StatementCounter : DbCommandInterceptor
    {
        public ConcurrentQueue<string> Seen { get; } = new();

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
        {
            Count(command);
            return new(result);
        }

        public override ValueTask<InterceptionResult<object>> ScalarExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<object> result, CancellationToken cancellationToken = default)
        {
            Count(command);
            return new(result);
        }

        public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        {
            Count(command);
            return new(result);
        }

        private void Count(DbCommand command)
        {
            // The sender looks for mails whenever it likes.
            if (!command.CommandText.Contains("outbox_mail", StringComparison.Ordinal))
            {
                Seen.Enqueue(command.CommandText);
            }
        }
    }
}
