using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;

namespace AgroConnect.Tests.Commands;

public sealed class Starting : IAsyncLifetime
{
    private readonly TestDatabase _database = TestDatabase.Create();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [WithoutDatabase]
    [Theory]
    [InlineData("Auth__SigningKey", "", "Auth:SigningKey is empty", "create-signing-key")]
    [InlineData("Auth__SigningKey", "too-short-a-secret", "Auth:SigningKey is a secret of 18 bytes", "at least 32 bytes")]
    [InlineData("Auth__SigningKey", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "Auth:SigningKey is a PEM text that is no private key", "RSA or P-256")]
    [InlineData("Database__Provider", "mysql", "Database:Provider is 'mysql'", "'sqlite', 'postgres'")]
    [InlineData("Database__Provider", "postgres", "Database:ConnectionString is empty", "Host=")]
    [InlineData("Database__MigrateOnStart", "maybe", "Database:MigrateOnStart is 'maybe'", "'true' or 'false'")]
    [InlineData("Auth__AccessTokenLifetime", "soon", "Auth:AccessTokenLifetime is 'soon'", "'00:30:00'")]
    [InlineData("Auth__RefreshTokenLifetime", "-00:00:01", "Auth:RefreshTokenLifetime", "positive")]
    [InlineData("Site__Currency", "usd", "Site:Currency is 'usd'", "'USD'")]
    [InlineData("Site__PublicUrl", "market", "Site:PublicUrl 'market'", "'https://market.example.org'")]
    [InlineData("Site__TrustedProxies", "10.0.0.0/8, home", "Site:TrustedProxies holds 'home'", "'10.0.0.0/8'")]
    [InlineData("RateLimits__PerUser", "0", "RateLimits:PerUser is '0'", "1 to 1000000")]
    [InlineData("RateLimits__PerUser", "many", "RateLimits:PerUser is 'many'", "whole number")]
    [InlineData("Shutdown__DrainDelay", "00:06:00", "Shutdown:DrainDelay is '00:06:00'", "00:05:00")]
    [InlineData("Telemetry__OtlpEndpoint", "collector", "Telemetry:OtlpEndpoint is 'collector'", "'http://localhost:4317'")]
    [InlineData("Assistant__Provider", "gpt", "Assistant:Provider is 'gpt'", "'knowledge', 'gemini'")]
    [InlineData("Assistant__Provider", "gemini", "Assistant:Gemini:ApiKey is missing", "Google AI Studio")]
    [InlineData("Assistant__Gemini__BaseUrl", "google", "Assistant:Gemini:BaseUrl is 'google'", "absolute address")]
    [InlineData("Assistant__Gemini__TotalTimeout", "00:01:00", "Assistant:Gemini:TotalTimeout is '00:01:00'", "00:00:18")]
    [InlineData("Admin__Email", "root", "Admin:Email and Admin:Password make no account", "")]
    [InlineData("urls", "http://127.0.0.1:0;5080", "urls is 'http://127.0.0.1:0;5080'", "'http://localhost:5080'")]
    [InlineData("DataDirectory", "/proc/nowhere", "/proc/nowhere", "")]
    public async Task A_wrong_setting_stops_it_with_one_line_that_says_what_to_do(string setting, string value, string found, string accepted)
    {
        var settings = new Dictionary<string, string?>(TheProgram.Production(_database.Directory)) { [setting] = value };

        var ended = await TheProgram.Run(settings, null);

        Assert.NotEqual(0, ended.ExitCode);
        Assert.Contains(found, ended.OnlyErrorLine, StringComparison.Ordinal);
        Assert.Contains(accepted, ended.OnlyErrorLine, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("too-short-a-secret", ended.Out + ended.Error, StringComparison.Ordinal);
    }

    [WithoutDatabase]
    [Theory]
    [InlineData("Host=127.0.0.1;Port=1;Username=agro;Password=hush-hush;Database=agro", "PostgreSQL cannot be reached")]
    [InlineData("Hostess=127.0.0.1;Password=hush-hush", "Database:ConnectionString is none that PostgreSQL understands")]
    public async Task A_database_that_cannot_be_reached_is_one_line_without_the_password(string connectionString, string found)
    {
        var settings = new Dictionary<string, string?>(TheProgram.Production(_database.Directory))
        {
            ["Database__Provider"] = "postgres",
            ["Database__ConnectionString"] = connectionString,
        };

        foreach (var arguments in new string[][] { [], ["migrate"] })
        {
            var ended = await TheProgram.Run(settings, null, arguments);
            Assert.Equal(1, ended.ExitCode);
            Assert.Contains(found, ended.OnlyErrorLine, StringComparison.Ordinal);
            Assert.DoesNotContain("hush-hush", ended.Out + ended.Error, StringComparison.Ordinal);
        }
    }

    [WithoutDatabase]
    [Fact]
    public async Task Two_wrong_settings_are_told_at_once()
    {
        var settings = new Dictionary<string, string?>(TheProgram.Production(_database.Directory)) { ["Site__Currency"] = "usd", ["RateLimits__PerUser"] = "0" };

        var line = (await TheProgram.Run(settings, null)).OnlyErrorLine;

        Assert.Contains("Site:Currency", line, StringComparison.Ordinal);
        Assert.Contains("RateLimits:PerUser", line, StringComparison.Ordinal);
    }

    [WithoutDatabase]
    [Theory]
    [InlineData("serv")]
    [InlineData("import-product")]
    public async Task An_unknown_command_is_refused(string command)
    {
        var ended = await TheProgram.Run(_database, command);

        Assert.NotEqual(0, ended.ExitCode);
        Assert.Equal($"'{command}' is no command; --help lists them.", ended.OnlyErrorLine);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_one_line()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var settings = new Dictionary<string, string?>(TheProgram.On(_database)) { ["urls"] = $"http://{listener.LocalEndpoint}" };

        var ended = await TheProgram.Run(settings, null);

        Assert.NotEqual(0, ended.ExitCode);
        Assert.Contains("address already in use", ended.OnlyErrorLine, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_signing_key_makes_the_key_that_production_asks_for_and_never_a_second_one()
    {
        var settings = TheProgram.On(_database, key: null);
        var file = Path.Combine(_database.Directory, "keys", "signing.key");

        (await TheProgram.Run(settings, null, "create-signing-key")).Well();
        var key = await File.ReadAllTextAsync(file, Ct);
        await using var server = await TheProgram.Serve(settings);
        var again = await TheProgram.Run(settings, null, "create-signing-key");

        Assert.True(key.Length >= 32);
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(file) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.Equal(1, again.ExitCode);
        Assert.Equal(key, await File.ReadAllTextAsync(file, Ct));
        Assert.DoesNotContain(key, server.Output + again.Out + again.Error, StringComparison.Ordinal);
        await server.Client.GetJson("/health/ready");
    }

    [Fact]
    public async Task Two_processes_may_start_at_once_on_an_empty_database()
    {
        var settings = new Dictionary<string, string?>(TheProgram.On(_database, "Development", key: null))
        {
            ["Admin__Email"] = "first@example.com",
            ["Admin__Password"] = App.Password,
        };

        var servers = await Task.WhenAll(TheProgram.Serve(settings), TheProgram.Serve(settings));

        try
        {
            // One signs, the other reads: they share the key, the administrator and the market.
            var pair = await (await servers[0].Client.PostAsJsonAsync(
                "/api/auth/jwt/create/", new { email = "first@example.com", password = App.Password }, Ct)).Json();
            servers[1].Client.DefaultRequestHeaders.Authorization = new("Bearer", pair.GetProperty("access").GetString());
            await (await servers[1].Client.PostAsJsonAsync("/api/categories/", new { name = "Made by staff" }, Ct)).Json(201);
            Assert.Equal(
                (await servers[0].Client.GetJson("/api/products/")).GetProperty("count").GetInt64(),
                (await servers[1].Client.GetJson("/api/products/")).GetProperty("count").GetInt64());
        }
        finally
        {
            foreach (var server in servers)
            {
                await server.DisposeAsync();
            }
        }
    }

    [Fact]
    public async Task Development_needs_no_settings_fills_the_market_and_says_where_and_as_whom_to_look()
    {
        await using var server = await TheProgram.Serve(TheProgram.On(_database, "Development", key: null));
        var address = server.Client.BaseAddress!.ToString().TrimEnd('/');

        Assert.Contains($"{address}/docs/", server.Output, StringComparison.Ordinal);
        Assert.True((await server.Client.GetJson("/api/products/")).GetProperty("count").GetInt64() > 20);
        server.Terminate();
        var all = (await server.End()).Well().Out;
        Assert.Contains($"Demo log-ins (password {App.Password}): admin@example.com, ", all, StringComparison.Ordinal);
        Assert.DoesNotContain("warn:", all, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sigterm_lets_requests_end_and_ends_well()
    {
        await using var server = await TheProgram.Serve(TheProgram.On(_database));
        var address = server.Client.BaseAddress!;
        using var client = new TcpClient(address.Host, address.Port);
        await using var stream = client.GetStream();
        var body = """{"token": "rotten"}"""u8.ToArray();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /api/auth/jwt/verify/ HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nExpect: 100-continue\r\n\r\n"), Ct);
        var buffer = new byte[4096];
        Assert.Contains("100 Continue", Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer, Ct)), StringComparison.Ordinal);

        server.Terminate();
        await UntilItListensNoMore(address);
        await stream.WriteAsync(body, Ct);

        Assert.StartsWith("HTTP/1.1 401", Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer, Ct)), StringComparison.Ordinal);
        Assert.Equal("", (await server.End()).Well().Error);
    }

    [Theory]
    [InlineData("http://*:0")]
    [InlineData("http://+:0;http://127.0.0.1:0")]
    [InlineData("http://[::]:0")]
    public async Task It_may_listen_on_every_address(string urls)
    {
        await using var server = await TheProgram.Serve(new Dictionary<string, string?>(TheProgram.On(_database)) { ["urls"] = urls });
        using var client = new HttpClient { BaseAddress = new UriBuilder(server.Address.Replace("[::]", "127.0.0.1", StringComparison.Ordinal)).Uri };

        await client.GetJson("/health/ready");
    }

    [Fact]
    public async Task Settings_may_be_switches()
    {
        await using var server = await TheProgram.Serve(TheProgram.On(_database), "serve", "--Site:Currency=KWD", "--Admin:Email=kw@example.com", $"--Admin:Password={App.Password}");

        var pair = await (await server.Client.PostAsJsonAsync("/api/auth/jwt/create/", new { email = "kw@example.com", password = App.Password }, Ct)).Json();
        server.Client.DefaultRequestHeaders.Authorization = new("Bearer", pair.GetProperty("access").GetString());
        var category = await (await server.Client.PostAsJsonAsync("/api/categories/", new { name = "Dates" }, Ct)).Json(201);
        var product = await (await server.Client.PostAsJsonAsync(
            "/api/products/", new { name = "Dates", price = "1.250", stock = 1, category = category.GetProperty("id").GetInt64() }, Ct)).Json(201);
        Assert.Equal("1.250 KWD", $"{product.GetProperty("price")} {product.GetProperty("currency")}");
    }

    private static async Task UntilItListensNoMore(Uri address)
    {
        while (true)
        {
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(address.Host, address.Port, Ct);
                await Task.Delay(20, Ct);
            }
            catch (SocketException)
            {
                return;
            }
        }
    }
}
