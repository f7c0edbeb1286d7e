using System.Net.Http.Headers;
using System.Net.Http.Json;
using AgroConnect.Data;
using AgroConnect.Images;
using AgroConnect.Images.Cloudinary;
using AgroConnect.Tests.Fakes;
using AgroConnect.Users;
using AgroConnect.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AgroConnect.Tests.Images;

/// <summary>The image store on a fresh database and directory, with one route that uploads and keeps pictures.</summary>
internal sealed class ImageHost : IAsyncDisposable
{
    private static readonly string? Server = Environment.GetEnvironmentVariable("AGROCONNECT_TEST_POSTGRES") is { Length: > 0 } server ? server : null;

    private readonly WebApplication _app;

    private ImageHost(WebApplication app, DirectoryInfo directory, MovableClock clock)
    {
        (_app, Directory, Clock) = (app, directory, clock);
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public DirectoryInfo Directory { get; }

    public MovableClock Clock { get; }

    public HttpClient Client { get; }

    public ImageStore Store => _app.Services.GetRequiredService<ImageStore>();

    public ImageUrls Urls => _app.Services.GetRequiredService<ImageUrls>();

    public ImageSweeper Sweeper => _app.Services.GetRequiredService<ImageSweeper>();

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    /// <summary>All picture files, by their names.</summary>
    public IReadOnlyList<string> Files => System.IO.Directory.Exists(Path.Combine(Directory.FullName, "images"))
        ? [.. System.IO.Directory.GetFiles(Path.Combine(Directory.FullName, "images"), "*", SearchOption.AllDirectories).Select(file => Path.GetFileName(file)!).Order()]
        : [];

    public static Task<ImageHost> StartAsync(FakeCloudinary cloudinary, params (string Name, string Value)[] settings) => StartAsync([
        ("Images:Provider", "cloudinary"), ("Images:Cloudinary:Url", FakeCloudinary.Url), ("Images:Cloudinary:ApiUrl", cloudinary.Address), .. settings]);

    /// <summary>As above, and what is fetched by the server comes from there too.</summary>
    public static Task<ImageHost> StartWithDeliveryAsync(FakeCloudinary cloudinary) => StartAsync(cloudinary, ("Images:Cloudinary:DeliveryUrl", cloudinary.Address));

    public static async Task<ImageHost> StartAsync(params (string Name, string Value)[] settings)
    {
        var directory = System.IO.Directory.CreateTempSubdirectory("agroconnect_images_");
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Testing", ContentRootPath = directory.FullName });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)))
        {
            ["urls"] = "http://127.0.0.1:0",
            ["DataDirectory"] = directory.FullName,
            ["Auth:SigningKey"] = "a secret that only tests know, 32+",
            ["Database:Provider"] = Server is null ? "sqlite" : "postgres",
            ["Database:ConnectionString"] = Server is null ? "" : $"{Server};Database={directory.Name};Maximum Pool Size=10",
        });
        builder.AddWeb();
        builder.AddDatabase();
        builder.AddUsers();
        builder.AddImages();
        builder.Logging.ClearProviders();
        var clock = new MovableClock();
        builder.Services.AddSingleton<TimeProvider>(clock);
        var app = builder.Build();
        app.UseWeb();
        app.MapImages();
        app.MapPost("/upload/", UploadAsync);
        await using (var scope = app.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<AppDbContext>().Database.EnsureCreatedAsync();
        }

        await app.StartAsync();
        return new ImageHost(app, directory, clock);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await using (var scope = _app.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<AppDbContext>().Database.EnsureDeletedAsync();
        }

        await _app.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(recursive: true);
    }

    public Task<HttpResponseMessage> PostAsync(params byte[][] files) => PostAsync("image", files);

    /// <summary>Uploads one picture that only some may see.</summary>
    public async Task<StoredImage> KeepPrivateAsync()
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(Pictures.Jpeg()), "image", "photo.jpg" } };
        var response = await Client.PostAsync("/upload/?private", form, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<List<StoredImage>>(TestContext.Current.CancellationToken))![0];
    }

    public async Task<HttpResponseMessage> PostAsync(string field, params byte[][] files)
    {
        using var form = new MultipartFormDataContent();
        foreach (var file in files)
        {
            form.Add(new ByteArrayContent(file) { Headers = { ContentType = new MediaTypeHeaderValue("image/jpeg") } }, field, "photo.jpg");
        }

        return await Client.PostAsync("/upload/", form, TestContext.Current.CancellationToken);
    }

    /// <summary>Uploads one picture, which then is kept.</summary>
    public async Task<StoredImage> KeepOneAsync()
    {
        var response = await PostAsync(Pictures.Jpeg());
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<List<StoredImage>>(TestContext.Current.CancellationToken))![0];
    }

    public async Task<bool> KeepAsync(params StoredImage[] images)
    {
        await using var scope = _app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        await using var transaction = await db.Database.BeginTransactionAsync();
        var kept = await Store.KeepAsync(db, images, TestContext.Current.CancellationToken);
        await transaction.CommitAsync();
        return kept;
    }

    public async Task DoomAsync(StoredImage image, bool commit = true)
    {
        await using var scope = _app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        await using var transaction = await db.Database.BeginTransactionAsync();
        await Store.DoomAsync(db, [image], TestContext.Current.CancellationToken);
        if (commit)
        {
            await transaction.CommitAsync();
        }
    }

    public async Task<List<ImageRow>> RowsAsync()
    {
        await using var scope = _app.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<AppDbContext>().Images.AsNoTracking().ToListAsync();
    }

    /// <summary>Waits for what the sweeper does by itself.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (var tries = 0; !await condition(); tries++)
        {
            Assert.True(tries < 200, "did not happen within ten seconds");
            await Task.Delay(50);
        }
    }

    private static async Task<IResult> UploadAsync(HttpRequest request, ImageStore images, AppDbContext db, CancellationToken ct)
    {
        var upload = await images.ReceiveAsync(request, "image", most: 10, ct, isPrivate: request.Query.ContainsKey("private"));
        if (upload.Problem is { } problem)
        {
            return problem;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await images.KeepAsync(db, upload.Images, ct);
        await transaction.CommitAsync(ct);
        return TypedResults.Json(upload.Images, new System.Text.Json.JsonSerializerOptions(System.Text.Json.JsonSerializerDefaults.Web));
    }
}

/// <summary>A clock that a test can put forward.</summary>
internal sealed class MovableClock : TimeProvider
{
    private TimeSpan _ahead;

    public void Advance(TimeSpan by) => _ahead += by;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _ahead;
}
