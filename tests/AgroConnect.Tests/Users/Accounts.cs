using System.Net.Http.Json;
using AgroConnect.Data;
using AgroConnect.Users;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AgroConnect.Tests.Users;

/// <summary>Accounts with a password, and what the wire does not tell of them.</summary>
internal static class Accounts
{
    public static async Task<long> Account(this App app, string email, string password = App.Password, bool active = true)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var user = new User
        {
            Email = email,
            NormalizedEmail = email.ToUpperInvariant(),
            UserName = email,
            NormalizedUserName = email.ToUpperInvariant(),
            SecurityStamp = Guid.NewGuid().ToString("N"),
            IsActive = active,
            DateJoined = DateTimeOffset.UtcNow,
        };
        user.PasswordHash = scope.ServiceProvider.GetRequiredService<IPasswordHasher<User>>().HashPassword(user, password);
        user.Rename("Ann", "Account", "");
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        db.Users.Add(user);
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        return user.Id;
    }

    public static async Task<DateTimeOffset?> LastLogin(this App app, long user)
    {
        await using var scope = app.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<AppDbContext>().Users
            .Where(u => u.Id == user).Select(u => u.LastLogin).SingleAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>As if another node had done it.</summary>
    public static async Task SwitchOff(this App app, long user)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<AppDbContext>().Users;
        await users.Where(u => u.Id == user).ExecuteUpdateAsync(set => set.SetProperty(u => u.IsActive, false), TestContext.Current.CancellationToken);
    }

    /// <inheritdoc cref="SwitchOff"/>
    public static async Task Delete(this App app, long user)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<AppDbContext>().Users;
        await users.Where(u => u.Id == user).ExecuteDeleteAsync(TestContext.Current.CancellationToken);
    }

    public static Task<HttpResponseMessage> LogIn(this App app, string email, string password = App.Password) =>
        app.Post("create", new { email, password });

    public static Task<HttpResponseMessage> Post(this App app, string call, object body) =>
        app.Stranger().PostAsJsonAsync($"/api/auth/jwt/{call}/", body, TestContext.Current.CancellationToken);
}
