using System.Globalization;
using System.Net.WebSockets;
using AgroConnect.Users;
using AgroConnect.Web;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace AgroConnect.Chat;

/// <summary><c>/ws/chat/</c>: from the handshake to the end of the line.</summary>
internal sealed class ConnectSocket(
    ChatHub hub, AnswerFrames frames, Presence presence, Typing typing, Tokens tokens, AccountStates accounts, Site site, TimeProvider clock,
    IOptions<ChatOptions> options, IOptions<RateLimitOptions> limits, IOptions<CorsOptions> cors)
{
    public const string Subprotocol = "agroconnect.v1";
    private const string TokenPrefix = "bearer.";
    private const string Path = "/ws/chat";

    /// <summary>Our answer to a close is waited for no longer than this.</summary>
    private static readonly TimeSpan TimeToClose = TimeSpan.FromSeconds(5);

    private string _lastBaseUrl = "";

    /// <summary>Whether a path is one of sockets, and the conversation that it names.</summary>
    public static bool Serves(PathString path, out long? conversation)
    {
        conversation = null;
        if (!path.StartsWithSegments(Path, out var rest))
        {
            return false;
        }

        var name = rest.Value.AsSpan().Trim('/');
        if (name.IsEmpty)
        {
            return true;
        }

        var isNumber = long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var id);
        conversation = id;
        return isNumber;
    }

    /// <summary>What everybody else is told who comes to these addresses.</summary>
    public static IResult AskToUpgrade(HttpResponse response)
    {
        response.Headers.Upgrade = "websocket";
        return new ErrorResult(StatusCodes.Status426UpgradeRequired, "This address speaks WebSocket.");
    }

    /// <summary>Before the framework makes a WebSocket of it.</summary>
    public static Task TakeBytesAsync(HttpContext http, RequestDelegate next)
    {
        if (Serves(http.Request.Path, out _) && http.Features.Get<IHttpUpgradeFeature>() is { } upgrade)
        {
            http.Features.Set<IHttpUpgradeFeature>(new UpgradeToBytes(upgrade, http, http.RequestServices.GetRequiredService<TimeProvider>()));
        }

        return next(http);
    }

    public async Task HandleAsync(HttpContext http)
    {
        if (!IsOurs(http.Request))
        {
            await new ErrorResult(StatusCodes.Status403Forbidden, "This origin may not connect.").ExecuteAsync(http);
            return;
        }

        var (socket, refusal) = await AdmitAsync(http);
        if (socket is null)
        {
            using var refused = await AcceptAsync(http);
            await RefuseAsync(refused, refusal!.Value.Status, refusal.Value.Reason);
            return;
        }

        WebSocket? line = null;
        try
        {
            // Before the client hears that it is connected: what is stored from then on, it is told.
            var conversations = await hub.ListAsync(socket);
            line = await AcceptAsync(http);
            socket.Open(line, ((UpgradeToBytes)http.Features.GetRequiredFeature<IHttpUpgradeFeature>()).Bytes!);
            var now = clock.GetUtcNow();
            socket.Release(ChatFrames.Ready(socket.User, conversations, now, socket.ExpiresAt));
            ChatClock.WarnOfExpiry(socket, now.ToUnixTimeMilliseconds());
            await socket.RunAsync(frames.HandleAsync);
        }
        finally
        {
            typing.End(socket);
            presence.Unwatch(socket);
            if (hub.Remove(socket) == 0)
            {
                presence.Left(socket.User);
            }

            line?.Dispose();
        }
    }

    // No compression: its window alone would take more memory for each socket than all else together, and lines that mix a
    // token's owner's text with a stranger's leak through their lengths (CRIME, BREACH).
    private static Task<WebSocket> AcceptAsync(HttpContext http) => http.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
    {
        SubProtocol = http.WebSockets.WebSocketRequestedProtocols.Contains(Subprotocol) ? Subprotocol : null,
        DangerousEnableCompression = false,
        KeepAliveInterval = TimeSpan.Zero,
    });

    /// <summary>Browsers say who opened the page. Other programs need not, and could say anything.</summary>
    private bool IsOurs(HttpRequest request)
    {
        if (request.Headers.Origin is not [{ } origin, ..])
        {
            return true;
        }

        return request.Headers.Origin.Count == 1
            && (cors.Value.GetPolicy(cors.Value.DefaultPolicyName)!.IsOriginAllowed(origin)
                || string.Equals(origin, request.BaseUrl(), StringComparison.OrdinalIgnoreCase)
                || string.Equals(origin, site.PublicUrl, StringComparison.OrdinalIgnoreCase));
    }

    private async Task<(TokenReading? Reading, (WebSocketCloseStatus Status, string Reason)? Refusal)> AuthenticateAsync(HttpContext http)
    {
        if (TokenOf(http) is not { Length: > 0 } token)
        {
            return (null, (ChatSocket.Unauthorized, "A token is needed."));
        }

        var reading = await tokens.ReadAsync(token, Tokens.Access);
        if (reading is not { Error: null, UserId: { } user, ExpiresAt: not null })
        {
            return (null, (ChatSocket.Unauthorized, reading.Error ?? "Token is invalid"));
        }

        return await accounts.FindAsync(user) switch
        {
            null => (null, (ChatSocket.Unauthorized, "There is no such account.")),
            { IsActive: false } => (null, (ChatSocket.Deactivated, "This account is not active.")),
            _ => (reading, null),
        };
    }

    private static string? TokenOf(HttpContext http)
    {
        if (http.Request.Query["token"] is [{ Length: > 0 } query, ..])
        {
            return query;
        }

        var words = http.Request.Headers.Authorization.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words is ["Bearer" or "JWT", var header])
        {
            return header;
        }

        return http.WebSockets.WebSocketRequestedProtocols.FirstOrDefault(protocol => protocol.StartsWith(TokenPrefix, StringComparison.Ordinal))?[TokenPrefix.Length..];
    }

    /// <returns>A socket that counts as one of its user's; or why there is none.</returns>
    private async Task<(ChatSocket? Socket, (WebSocketCloseStatus Status, string Reason)? Refusal)> AdmitAsync(HttpContext http)
    {
        var (reading, refusal) = await AuthenticateAsync(http);
        if (reading is null)
        {
            return (null, refusal);
        }

        var user = reading.UserId!.Value;
        Serves(http.Request.Path, out var conversation);
        if (conversation is { } id && (await hub.FindMembersAsync(id))?.Has(user) != true)
        {
            return (null, (ChatSocket.NoConversation, "You have no such conversation."));
        }

        var socket = new ChatSocket(user, SameText(http.Request.BaseUrl()), conversation) { ExpiresAt = reading.ExpiresAt!.Value.ToUnixTimeMilliseconds() };
        if (hub.Add(socket, limits.Value.Enabled ? options.Value.SocketsPerUser : int.MaxValue) is not { } count)
        {
            return (null, (ChatSocket.TooMany, "Too many sockets."));
        }

        if (count == 1)
        {
            presence.Came(user);
        }

        return (socket, null);
    }

    private static async Task RefuseAsync(WebSocket line, WebSocketCloseStatus status, string reason)
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeToClose);
            await line.CloseAsync(status, reason, limit.Token);
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or IOException)
        {
            line.Abort();
        }
    }

    /// <summary>Nearly all clients use one address: they share one text of it.</summary>
    private string SameText(string baseUrl) => baseUrl == _lastBaseUrl ? _lastBaseUrl : _lastBaseUrl = baseUrl;
}
