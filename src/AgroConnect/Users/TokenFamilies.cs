using AgroConnect.Data;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace AgroConnect.Users;

/// <summary>Refresh tokens on the server: one family a log-in, rotated at each use (auth.md, 3; RFC 9700, 4.14).</summary>
internal sealed class TokenFamilies(AppDbContext db, Tokens tokens, IOptions<AuthOptions> options, TimeProvider clock)
{
    /// <summary>A log-in: records it and gives out the first pair of a new family.</summary>
    public async Task<SignIn.TokenPair> StartAsync(User user, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var (row, pair) = Issue(user.Id, family: null);
        var users = db.Users;
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await users.Where(u => u.Id == user.Id).ExecuteUpdateAsync(
            set => set.SetProperty(u => u.LastLogin, now).SetProperty(u => u.AccessFailedCount, 0), ct);
        await db.RefreshTokens.Where(token => token.UserId == user.Id && token.ExpiresAt < now).ExecuteDeleteAsync(ct);
        db.RefreshTokens.Add(row);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return pair;
    }

    /// <summary>Exchanges a refresh token for the next pair, once.</summary>
    public async Task<IResult> RotateAsync(TokenReading token, CancellationToken ct)
    {
        var account = await db.Users.Where(user => user.Id == token.UserId && user.IsActive).Select(user => new { user.Id }).SingleOrDefaultAsync(ct);
        if (account is null)
        {
            return new TokenRefused("No active account found for the given token.", code: null);
        }

        var now = clock.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var row = await db.RefreshTokens.AsNoTracking().SingleOrDefaultAsync(t => t.Id == token.Id, ct);

        // One conditional update: of two tabs that refresh at once, one gets the next pair.
        var rotated = await db.RefreshTokens
            .Where(t => t.Id == token.Id && t.RotatedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.RotatedAt, now), ct);
        if (rotated == 0)
        {
            if (row?.RotatedAt is { } usedAt && now - usedAt > options.Value.RefreshReuseGrace)
            {
                await db.RefreshTokens.Where(t => t.Family == row.Family).ExecuteDeleteAsync(ct);
                await transaction.CommitAsync(ct);
            }

            return TokenRefused.NotValid(TokenRefused.Blacklisted);
        }

        var (next, pair) = Issue(account.Id, row!.Family);
        db.RefreshTokens.Add(next);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return TypedResults.Ok(pair);
    }

    public Task<bool> IsLiveAsync(string tokenId, CancellationToken ct) =>
        db.RefreshTokens.AnyAsync(token => token.Id == tokenId && token.RotatedAt == null, ct);

    /// <summary>A log-out.</summary>
    /// <returns>False when the token was dead already.</returns>
    public async Task<bool> EndByTokenAsync(string tokenId, CancellationToken ct) =>
        await db.RefreshTokens.Where(token => token.Id == tokenId && token.RotatedAt == null).ExecuteDeleteAsync(ct) == 1;

    /// <summary>Ends every log-in of an account.</summary>
    public Task EndAllAsync(long userId, CancellationToken ct) =>
        db.RefreshTokens.Where(token => token.UserId == userId).ExecuteDeleteAsync(ct);

    /// <summary>Ends every log-in of an account but the one that this access token came from.</summary>
    public async Task EndOthersAsync(long userId, string accessId, CancellationToken ct)
    {
        var own = await db.RefreshTokens.Where(token => token.UserId == userId && token.AccessId == accessId).Select(token => token.Family).FirstOrDefaultAsync(ct);
        await db.RefreshTokens.Where(token => token.UserId == userId && token.Family != own).ExecuteDeleteAsync(ct);
    }

    private (RefreshToken Row, SignIn.TokenPair Pair) Issue(long userId, string? family)
    {
        var row = new RefreshToken
        {
            Id = Tokens.NewId(),
            AccessId = Tokens.NewId(),
            Family = family ?? Tokens.NewId(),
            UserId = userId,
            ExpiresAt = clock.GetUtcNow() + tokens.RefreshLifetime,
        };
        return (row, new SignIn.TokenPair(tokens.Sign(Tokens.Refresh, row.Id, userId), tokens.Sign(Tokens.Access, row.AccessId, userId)));
    }
}
