using AgroConnect.Data;
using AgroConnect.Users;
using AgroConnect.Web;
using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Chat;

/// <summary>What has its time: one look at all sockets twice a second, rather than timers for each.</summary>
internal sealed partial class ChatClock(
    ChatHub hub, Typing typing, IServiceScopeFactory scopes, TimeProvider clock, IHostApplicationLifetime lifetime, Draining draining, ILogger<ChatClock> logger) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan TellsOfExpiry = TimeSpan.FromSeconds(60);

    /// <summary>Frames that were on their way when the node was told to stop are answered in this time, then the sockets close.</summary>
    private static readonly TimeSpan LastFrames = TimeSpan.FromMilliseconds(250);
    private const int LooksToAccounts = 4;
    private const int LooksToSweep = 120;

    public static void WarnOfExpiry(ChatSocket socket, long now)
    {
        if (!socket.IsWarned && socket.ExpiresAt - now <= TellsOfExpiry.TotalMilliseconds)
        {
            socket.IsWarned = true;
            socket.Send(ChatFrames.AuthExpiring);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var stop = lifetime.ApplicationStopping.Register(() => _ = CloseAllAsync());
        using var timer = new PeriodicTimer(Look);
        for (var look = 1L; await WaitAsync(timer, stoppingToken); look++)
        {
            try
            {
                LookAtSockets();
                typing.Lapse();
                if (look % LooksToAccounts == 0)
                {
                    await LookAtAccountsAsync(stoppingToken);
                }

                if (look % LooksToSweep == 0)
                {
                    hub.Sweep();
                }
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(error);
            }
        }
    }

    private static async Task<bool> WaitAsync(PeriodicTimer timer, CancellationToken ct)
    {
        try
        {
            return await timer.WaitForNextTickAsync(ct);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private void LookAtSockets()
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var socket in hub.Sockets)
        {
            socket.Tick();
            if (socket.ExpiresAt <= now)
            {
                socket.Close(ChatSocket.Unauthorized, "Token is expired");
            }
            else if (!socket.IsHeld)
            {
                WarnOfExpiry(socket, now);
            }
        }
    }

    /// <summary>Who may not be here any more, whichever node decided that: one statement for all who are connected.</summary>
    private async Task LookAtAccountsAsync(CancellationToken ct)
    {
        var connected = hub.Users;
        if (connected.Count == 0)
        {
            return;
        }

        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<AppDbContext>().Users;
        var unwanted = await users.Where(user => connected.Contains(user.Id) && (!user.IsActive || user.DeletedAt != null))
            .Select(user => new { user.Id, IsDeleted = user.DeletedAt != null }).ToListAsync(ct);
        foreach (var user in unwanted)
        {
            foreach (var socket in hub.SocketsOf(user.Id))
            {
                if (user.IsDeleted)
                {
                    socket.Close(ChatSocket.Unauthorized, "There is no such account.");
                }
                else
                {
                    socket.Close(ChatSocket.Deactivated, "This account is not active.");
                }
            }
        }
    }

    private async Task CloseAllAsync()
    {
        // Not before nobody is sent here any more: who is told to go elsewhere would come back.
        await draining.Over;
        await Task.Delay(LastFrames);
        for (var looks = 0; looks < 40; looks++)
        {
            // Also those that connect while the node stops.
            foreach (var socket in hub.Sockets)
            {
                socket.Close(System.Net.WebSockets.WebSocketCloseStatus.EndpointUnavailable, "This node stops.");
                socket.Tick();
            }

            await Task.Delay(LastFrames);
        }
    }

    [LoggerMessage(LogLevel.Error, "The look at the sockets failed.")]
    private partial void LogFailed(Exception error);
}
