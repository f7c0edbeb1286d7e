using System.Data.Common;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using AgroConnect.Data;
using AgroConnect.Tests.Assistant;
using AgroConnect.Tests.Chat;
using AgroConnect.Tests.Orders;
using AgroConnect.Tests.Products;
using AgroConnect.Tests.Users;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace AgroConnect.Tests.Commands;

/// <summary>A market on SQLite as files, in which a little of everything has happened.</summary>
public sealed class ExportedMarket : IAsyncLifetime
{
    private static readonly string[] Questions =
    [
        "/api/products/?page_size=100", "/api/products/?page_size=100&page=2", "/api/products/?search=tomatoe&facets=true&ordering=name", "/api/products/?near=-1.03,37.07&radius_km=200",
        "/api/products/?category=vegetables&ordering=price", "/api/categories/", "/api/products/suggest/?q=to", "/api/products/1/",
    ];

    private static readonly string[] StaffQuestions =
    [
        "/api/admin/orders/?page_size=100", "/api/admin/orders/?page_size=100&page=2", "/api/products/1/stock/", "/api/products/2/stock/?page_size=100", "/api/products/2/reviews/",
        "/api/admin/summary/?from=2026-01-01&to=2026-12-31", "/api/sales/?seller=1&page_size=100",
    ];

    private readonly string _directory = Directory.CreateTempSubdirectory("agroconnect-test-").FullName;

    public IReadOnlyDictionary<string, string?> Settings => TheProgram.Production(_directory);

    public string Files => Path.Combine(_directory, "files");

    /// <summary>To questions of visitors and staff, before the export.</summary>
    internal List<string> Answered { get; private set; } = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        (await TheProgram.Run(Settings, null, "seed", "--products", "150", "--users", "3", "--orders", "80", "--messages", "12000")).Well();
        await using (var server = await TheProgram.Serve(Settings))
        {
            await LiveALittle(server);
            Answered = await Answers(server.Client);
        }

        (await TheProgram.Run(Settings, null, "export", Files)).Well();
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_directory, recursive: true);
        return ValueTask.CompletedTask;
    }

    internal static async Task<List<string>> Answers(HttpClient client)
    {
        var answers = new List<string>();
        foreach (var question in Questions)
        {
            var answer = await client.GetJson(question);
            answers.Add(answer.ToString().Replace(client.BaseAddress!.ToString().TrimEnd('/'), "", StringComparison.Ordinal));
        }

        var pair = await (await client.PostAsJsonAsync("/api/auth/jwt/create/", new { email = "admin@example.com", password = App.Password }, Ct)).Json();
        foreach (var question in StaffQuestions)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, question);
            request.Headers.Authorization = new("Bearer", pair.GetProperty("access").GetString());
            var answer = await (await client.SendAsync(request, Ct)).Json();
            answers.Add(answer.ToString().Replace(client.BaseAddress!.ToString().TrimEnd('/'), "", StringComparison.Ordinal));
        }

        return answers;
    }

    internal static async Task<Person> SignIn(HttpClient stranger, string email)
    {
        var pair = await (await stranger.PostAsJsonAsync("/api/auth/jwt/create/", new { email, password = App.Password })).Json();
        var client = new HttpClient { BaseAddress = stranger.BaseAddress, DefaultRequestHeaders = { Authorization = new("Bearer", pair.GetProperty("access").GetString()) } };
        return new Person((await client.GetJson("/api/auth/users/me/")).Id(), email, client, pair.GetProperty("refresh").GetString()!);
    }

    /// <summary>What seeding does not make: private pictures, questions, blocks, reports, an audit entry, a cart, mails, a key of a checkout.</summary>
    private static async Task LiveALittle(TheProgram server)
    {
        using var buyer = await SignIn(server.Client, "buyer@example.com");
        using var farm = await SignIn(server.Client, "wanjiru.kamau@example.com");
        using var staff = await SignIn(server.Client, "admin@example.com");
        var product = (await server.Client.GetJson(string.Create(CultureInfo.InvariantCulture, $"/api/products/?seller={farm.Id}"))).GetProperty("results")[0];
        var talk = await (await buyer.TalkTo(farm, product.Id())).Json(201);
        var picture = (await (await buyer.UploadPicture()).Json(201)).Id();
        var message = await buyer.Said(talk, "Is that blight? \U0001F345 \u2028 \"quoted\" \\ کیا", images: [picture]);
        await farm.Client.PostAsJsonAsync(string.Create(CultureInfo.InvariantCulture, $"/api/chat/messages/{message.Id()}/report/"), new { reason = "Fraud" });
        await farm.Block(buyer);
        var answer = await buyer.Ask();
        await buyer.Client.PostAsJsonAsync($"/api/chatbot/messages/{answer.GetProperty("message_id")}/feedback/", new { helpful = true, comment = "Good." });
        await (await buyer.AddToCart(product, 2)).Json(201);
        await (await buyer.CheckOut(key: "once")).Json(201);
        await (await buyer.AddToCart(product, 2)).Json(201);
        using var other = await SignIn(server.Client, "user3@example.com");
        await (await staff.Client.PatchAsJsonAsync(string.Create(CultureInfo.InvariantCulture, $"/api/admin/users/{other.Id}/"), new { is_active = false })).Json();
        await (await server.Client.PostAsJsonAsync("/api/auth/users/", AccountCalls.Registration(AccountCalls.NewAddress()))).Json(201);
    }
}

/// <summary>From a market on SQLite to an empty one on the database under test, and back.</summary>
public sealed class MovingTheMarket(App app, ExportedMarket market) : IClassFixture<App>, IClassFixture<ExportedMarket>
{
    /// <summary>Of every kind of thing that people leave behind.</summary>
    private static readonly string[] Filled =
    [
        "users", "refresh_tokens", "audit_entries", "products", "categories", "stock_entries", "reviews", "orders", "order_items", "order_history", "fulfilments", "idempotency_keys", "carts",
        "cart_items", "conversations", "messages", "chat_images", "message_reports", "blocks", "assistant_conversations", "assistant_messages", "outbox_mail", "images", "catalogue_version",
    ];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Export_and_import_leave_every_answer_as_it_was()
    {
        (await TheProgram.Run(app.Database, "import", market.Files)).Well();
        var again = await TheProgram.Run(app.Database, "import", market.Files);

        Assert.All(Filled, table => Assert.NotEqual(0, new FileInfo(Path.Combine(market.Files, table + ".jsonl")).Length));
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("empty", again.OnlyErrorLine, StringComparison.Ordinal);
        var stranger = app.Stranger();
        Assert.Equal(market.Answered, await ExportedMarket.Answers(stranger));

        // Passwords are good still, pictures are shown to those who may see them, and new rows get new numbers.
        using var buyer = await ExportedMarket.SignIn(stranger, "buyer@example.com");
        var talks = (await buyer.Client.GetJson("/api/chat/conversations/")).GetProperty("results").EnumerateArray().ToList();
        var shown = new List<JsonElement>();
        foreach (var talk in talks)
        {
            shown.AddRange((await buyer.Client.GetJson(talk.Messages())).GetProperty("results").EnumerateArray().SelectMany(message => message.GetProperty("images").EnumerateArray()));
        }

        Assert.Equal("image/webp", (await stranger.GetAsync(shown.Single().GetProperty("image_url").GetString(), Ct)).Content.Headers.ContentType?.MediaType);
        using var staff = await ExportedMarket.SignIn(stranger, "admin@example.com");
        var category = await (await staff.Client.PostAsJsonAsync("/api/categories/", new { name = "Made afterwards" }, Ct)).Json(201);
        await (await staff.Client.PostAsJsonAsync("/api/products/", new { name = "After", price = 1, stock = 1, category = category.Id() }, Ct)).Json(201);
    }

    [Fact]
    public async Task There_and_back_to_SQLite_every_row_and_every_picture_stays_the_same()
    {
        await using var there = TestDatabase.Create();
        await using var back = TestDatabase.Create();
        var (files, settings) = (Path.Combine(there.Directory, "files"), TheProgram.Production(back.Directory));
        (await TheProgram.Run(there, "import", market.Files)).Well();
        (await TheProgram.Run(there, "export", files)).Well();

        (await TheProgram.Run(settings, null, "import", files)).Well();

        await AssertSame(market.Files, settings);
    }

    [Fact]
    public async Task An_import_that_is_killed_wherever_it_is_goes_on_there_and_nobody_serves_the_half()
    {
        await using var target = TestDatabase.Create();

        // A kill on a busy machine may come late: then the next import is past that moment, and killed in a later one.
        string[] later = ["Indexing products", "Verifying users"];
        string[][] moments = [["Importing users"], ["Importing messages", .. later], ["Importing", .. later], later, later[1..]];
        var (hasEnded, halves) = (false, 0);
        foreach (var (number, moment) in moments.Index().TakeWhile(_ => !hasEnded))
        {
            await using (var import = await TheProgram.Begin(TheProgram.On(target), moment, "import", market.Files))
            {
                await Task.Delay(number * 7, Ct);
                await import.Kill();
            }

            await using var db = target.Open();
            hasEnded = !await UnfinishedImport.IsThereAsync(db, Ct);
            if (!hasEnded && ++halves == 2)
            {
                var half = await TheProgram.Run(target, "serve");
                var exported = await TheProgram.Run(target, "export", Path.Combine(target.Directory, "half"));

                Assert.Equal((1, 1), (half.ExitCode, exported.ExitCode));
                Assert.Contains("has not ended", half.OnlyErrorLine, StringComparison.Ordinal);
                Assert.Contains("has not ended", exported.OnlyErrorLine, StringComparison.Ordinal);
            }
        }

        Assert.True(halves >= 2, $"The import was killed in its midst {halves} times.");
        if (!hasEnded)
        {
            var last = (await TheProgram.Run(target, "import", market.Files)).Well();
            Assert.Contains("Goes on where it was interrupted", last.Out, StringComparison.Ordinal);
        }

        await AssertSame(market.Files, TheProgram.On(target));
        await using var server = await TheProgram.Serve(TheProgram.On(target));
    }

    [Fact]
    public async Task A_row_that_becomes_another_on_the_way_is_named_and_the_market_stays_closed()
    {
        await using var target = TestDatabase.Create();
        await using (var early = await TheProgram.Serve(TheProgram.On(target)))
        {
            await using var import = await TheProgram.Begin(TheProgram.On(target), ["Importing messages"], "import", market.Files);
            await import.Kill();
            Assert.Equal(503, (int)(await early.Client.GetAsync("/health/ready", Ct)).StatusCode);
        }

        await Execute(target, "UPDATE users SET first_name = 'Somebody' WHERE id = 2; DELETE FROM order_history");
        await Execute(target, "UPDATE products SET stock = stock + 1 WHERE id = 5");
        var ended = await TheProgram.Run(target, "import", market.Files);
        var served = await TheProgram.Run(target, "serve");

        Assert.Equal((1, 1), (ended.ExitCode, served.ExitCode));
        Assert.Contains("line 2 of users.jsonl", ended.Error, StringComparison.Ordinal);
        Assert.Contains("line 5 of products.jsonl", ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("messages.jsonl", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_that_are_not_as_they_were_written_are_refused_by_name_and_line_and_nothing_is_touched()
    {
        await using var target = TestDatabase.Create();
        var files = Path.Combine(target.Directory, "files");
        CopyAll(market.Files, files);
        var orders = await File.ReadAllLinesAsync(Path.Combine(files, "orders.jsonl"), Ct);
        var picture = Directory.GetFiles(Path.Combine(files, "images", "private"), "*.webp", SearchOption.AllDirectories)[0];
        (string File, string Said, Action<FileStream> Damage)[] damages =
        [
            ("messages.jsonl", "line 10000", file => Flip(file, LineStart(file, 10_000) + 40)),
            ("products.jsonl", "cut off in line", file => file.SetLength(file.Length - 10)),
            ("orders.jsonl", "ends after line", file => file.SetLength(file.Length - Encoding.UTF8.GetByteCount(orders[^1]) - 1)),
            ("reviews.jsonl", "in line 1,", Swap),
            ("images.sha256", "from line 2", file => Flip(file, LineStart(file, 2) + 3)),
            ("manifest.json", "sum", file => Flip(file, LineStart(file, 8) - 4)),
            (Path.GetRelativePath(files, picture), "not as it was written", file => Flip(file, file.Length / 2)),
        ];
        foreach (var (name, said, damage) in damages)
        {
            var path = Path.Combine(files, name);
            var good = await File.ReadAllBytesAsync(path, Ct);
            await using (var file = File.Open(path, FileMode.Open))
            {
                damage(file);
            }

            var ended = await TheProgram.Run(target, "import", files);

            Assert.Equal(1, ended.ExitCode);
            Assert.Contains(path, ended.OnlyErrorLine, StringComparison.Ordinal);
            Assert.Contains(said, ended.OnlyErrorLine, StringComparison.Ordinal);
            await File.WriteAllBytesAsync(path, good, Ct);
        }

        File.Delete(Path.Combine(files, "manifest.json"));
        Assert.Contains("never finished", (await TheProgram.Run(target, "import", files)).OnlyErrorLine, StringComparison.Ordinal);
        (await TheProgram.Run(target, "import", market.Files)).Well();
    }

    [Fact]
    public async Task An_export_that_was_killed_begins_anew_and_one_that_ended_is_not_overwritten()
    {
        await using var scratch = TestDatabase.Create();
        var files = Path.Combine(scratch.Directory, "files");
        await using (var export = await TheProgram.Begin(market.Settings, ["Exporting messages"], "export", files))
        {
            await export.Kill();
        }

        (await TheProgram.Run(market.Settings, null, "export", files)).Well();
        var again = await TheProgram.Run(market.Settings, null, "export", files);

        Assert.Equal(Contents(market.Files), Contents(files));
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("not empty", again.OnlyErrorLine, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_refuses_a_folder_that_is_not_there()
    {
        await using var empty = TestDatabase.Create();

        var ended = await TheProgram.Run(empty, "import", Path.Combine(empty.Directory, "nowhere"));

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains("is not there", ended.OnlyErrorLine, StringComparison.Ordinal);
    }

    /// <summary>What a market exports is what it was imported from.</summary>
    private static async Task AssertSame(string files, IReadOnlyDictionary<string, string?> settings)
    {
        var exported = Directory.CreateTempSubdirectory("agroconnect-test-");
        (await TheProgram.Run(settings, null, "export", exported.FullName)).Well();
        Assert.Equal(Contents(files), Contents(exported.FullName));
        exported.Delete(recursive: true);
    }

    /// <summary>All files with their hashes, but for the manifest, which names the moment.</summary>
    private static List<string> Contents(string directory) =>
        [.. Directory.GetFiles(directory, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "manifest.json").Order(StringComparer.Ordinal)
            .Select(file => $"{Path.GetRelativePath(directory, file)} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file)))}")];

    private static void CopyAll(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    private static void Flip(FileStream file, long at)
    {
        file.Position = at;
        var value = file.ReadByte();
        file.Position = at;

        // A letter for a letter and a digit for a digit: what it says changes, and not how it is written.
        file.WriteByte((byte)(value ^ 1));
    }

    /// <summary>The first two lines change places.</summary>
    private static void Swap(FileStream file)
    {
        using var reader = new StreamReader(file, leaveOpen: true);
        var lines = reader.ReadToEnd().Split('\n');
        file.Position = 0;
        file.Write(Encoding.UTF8.GetBytes(string.Join('\n', [lines[1], lines[0], .. lines[2..]])));
    }

    private static long LineStart(FileStream file, int line)
    {
        var bytes = new byte[file.Length];
        file.Position = 0;
        file.ReadExactly(bytes);
        return bytes.Index().Where(one => one.Item == '\n').ElementAt(line - 2).Index + 1;
    }

    private static async Task Execute(TestDatabase database, string sql)
    {
        await using DbConnection connection = TestDatabase.IsPostgres ? new NpgsqlConnection(database.ConnectionString) : new SqliteConnection(database.ConnectionString);
        await connection.OpenAsync(Ct);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(Ct);
    }
}
