using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace AgroConnect.Users.Social;

/// <summary>Google's addresses and keys, as its discovery document has them; read again twice a day, and for an unknown key.</summary>
internal sealed class GoogleDiscovery(IHttpClientFactory clients, IOptions<SocialOptions> options)
{
    private readonly Lock _gate = new();
    private ConfigurationManager<OpenIdConnectConfiguration>? _manager;
    private OpenIdConnectConfiguration? _latest;

    /// <exception cref="ProviderException">There is none to be had.</exception>
    public async Task<OpenIdConnectConfiguration> ReadAsync(CancellationToken ct)
    {
        ConfigurationManager<OpenIdConnectConfiguration> manager;
        lock (_gate)
        {
            manager = _manager ??= NewManager();
        }

        // Those who ask wait for each other, and the read itself heeds no token.
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(ProviderCalls.Patience);
        OpenIdConnectConfiguration found;
        try
        {
            found = await manager.GetConfigurationAsync(patience.Token).WaitAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new ProviderException("its discovery document took too long");
        }
        catch (InvalidOperationException broken)
        {
            throw new ProviderException($"its discovery document cannot be read ({(broken.InnerException ?? broken).GetType().Name})");
        }

        lock (_gate)
        {
            _latest = manager == _manager ? found : _latest;
        }

        if (!IsAddress(found.AuthorizationEndpoint) || !IsAddress(found.TokenEndpoint) || string.IsNullOrEmpty(found.Issuer))
        {
            Forget(found);
            throw new ProviderException("its discovery document lacks an address");
        }

        return found;
    }

    /// <summary>
    /// Makes the next read fetch, unless somebody else's has already. The library's own refresh runs behind the caller's
    /// back, and only every five minutes.
    /// </summary>
    public void Forget(OpenIdConnectConfiguration stale)
    {
        lock (_gate)
        {
            if (_latest == stale)
            {
                _manager = null;
            }
        }
    }

    private static bool IsAddress(string? url) => Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https";

    private ConfigurationManager<OpenIdConnectConfiguration> NewManager()
    {
        var authority = options.Value.Google.Authority.TrimEnd('/');
        return new ConfigurationManager<OpenIdConnectConfiguration>(
            authority + "/.well-known/openid-configuration",
            new OpenIdConnectConfigurationRetriever(),
            new HttpDocumentRetriever(clients.CreateClient(nameof(GoogleSignIn)))
            {
                RequireHttps = authority.StartsWith("https:", StringComparison.OrdinalIgnoreCase),
                SendAdditionalHeaderData = false,
            });
    }
}
