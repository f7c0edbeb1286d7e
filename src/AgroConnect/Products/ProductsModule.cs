using System.Text.Json.Serialization;
using AgroConnect.Data;
using AgroConnect.Images;
using AgroConnect.Images.Cloudinary;
using AgroConnect.Products.Search;
using AgroConnect.Users;
using AgroConnect.Web;
using AgroConnect.Web.OpenApi;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace AgroConnect.Products;

internal static class ProductsModule
{
    public static void AddProducts(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ISaveChangesInterceptor, SellerMoved>();
        builder.Services.AddSingleton<ISaveChangesInterceptor, StockLedger>();
        builder.Services.AddSingleton<ISaveChangesInterceptor, CatalogueVersionInterceptor>();
        builder.Services.AddSingleton<IPersonalData, SellersGoods>();
        builder.Services.AddSingleton<CatalogueVersionReader>();
        builder.Services.AddSingleton<CatalogueReads>();
        builder.Services.AddSingleton<CatalogueCache>();
        builder.Services.AddSingleton<CategoryTrees>();
        builder.Services.AddSingleton<ProductLoader>();
        builder.Services.AddSingleton<ProductPages>();
        builder.Services.AddSingleton<ProductViews>();
        builder.Services.AddSingleton<SearchWords>();
        builder.Services.AddSingleton<ProductSearch>();
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, ProductsJson.Wire));
    }

    public static void MapProducts(this WebApplication app)
    {
        var categories = app.MapGroup("/api/categories").WithTags("Categories");
        categories.MapGet("/", Categories.ListAsync).WithSummary("All categories");
        categories.MapGet("/{category}/", Categories.GetAsync).Produces<CategoryView>().Produces<ErrorBody>(StatusCodes.Status404NotFound).WithSummary("A category by id or slug");
        categories.MapPost("/", Categories.CreateAsync).RequireAuthorization(Roles.Staff).WithBody<Categories.Request>()
            .Produces<CategoryView>(StatusCodes.Status201Created).WithSummary("Add a category");
        categories.MapMethods("/{category}/", ["PUT", "PATCH"], Categories.UpdateAsync).RequireAuthorization(Roles.Staff).WithBody<Categories.Request>()
            .Produces<CategoryView>().WithSummary("Change a category");
        categories.MapDelete("/{category}/", Categories.DeleteAsync).RequireAuthorization(Roles.Staff)
            .Produces(StatusCodes.Status204NoContent).Produces<ErrorBody>(StatusCodes.Status409Conflict).WithSummary("Delete an empty category");

        var products = app.MapGroup("/api/products").WithTags("Products");
        products.MapGet("/", ListProducts.HandleAsync).Produces<ProductPage>().WithPages().WithQuery(ProductFilter.Parameters).WithSummary("Find products");
        products.MapGet("/suggest/", SuggestProducts.HandleAsync).WithQuery(new QueryParameter("q", "The beginning of a word."))
            .Produces<IReadOnlyList<Suggestion>>().WithSummary("Complete a search");
        products.MapGet("/{id:long}/", GetAsync).Produces<ProductView>().Produces<ErrorBody>(StatusCodes.Status404NotFound).WithSummary("A product");
        products.MapPost("/", SaveProduct.CreateAsync).RequireAuthorization(Roles.MaySell).WithBody<SaveProduct.Request>()
            .Produces<ProductView>(StatusCodes.Status201Created).WithSummary("List a product");
        products.MapMethods("/{id:long}/", ["PUT", "PATCH"], SaveProduct.UpdateAsync).RequireAuthorization().WithBody<SaveProduct.Request>()
            .Produces<ProductView>().WithSummary("Change a product");
        products.MapDelete("/{id:long}/", DeleteProduct.HandleAsync).RequireAuthorization()
            .Produces(StatusCodes.Status204NoContent).WithSummary("Delete a product and its pictures");
        products.MapGet("/{id:long}/stock/", ListStock.HandleAsync).RequireAuthorization().Produces<Page<StockEntryView>>()
            .Produces<ErrorBody>(StatusCodes.Status403Forbidden).Produces<ErrorBody>(StatusCodes.Status404NotFound).WithPages().WithSummary("How the stock of a product came and went");
        MapImages(products);

        app.MapGet("/api/users/{id:long}/", SellerProfile.GetAsync).Produces<SellerProfileView>().WithTags("Accounts").WithSummary("The public profile of a user");
    }

    private static void MapImages(RouteGroupBuilder products)
    {
        var images = products.MapGroup("/{id:long}/images").RequireAuthorization();
        images.MapPost("/", ProductImages.AddAsync).WithFiles("image").Produces<IReadOnlyList<ProductImageView>>(StatusCodes.Status201Created)
            .Produces<ErrorBody>(StatusCodes.Status413PayloadTooLarge).WithSummary("Add pictures to a product");
        images.MapPost("/signature/", ProductImages.SignAsync).Produces<BrowserUpload>().Produces<ErrorBody>(StatusCodes.Status409Conflict)
            .WithSummary("Let a browser upload straight to Cloudinary");
        images.MapPatch("/{image:long}/", ProductImages.ChangeAsync).WithBody<ProductImages.PatchRequest>().Produces<ProductImageView>()
            .WithSummary("Move a picture, or say what it shows");
        images.MapDelete("/{image:long}/", ProductImages.DeleteAsync).Produces(StatusCodes.Status204NoContent).WithSummary("Remove a picture");
    }

    /// <summary>
    /// Why this user may not change this product: a stranger does not learn that an inactive one exists (404), and may
    /// not change one that everybody sees (403).
    /// </summary>
    public static IResult? Refusal(Product? product, CurrentUser me) =>
        product is null || !IsSeenBy(product, me) ? TypedResults.NotFound()
        : !me.Owns(product.SellerId) ? ErrorResult.Forbidden()
        : null;

    /// <summary>Everybody sees what is active, its seller what is not, staff also what was deleted and stays for orders.</summary>
    public static bool IsSeenBy(Product product, CurrentUser me) =>
        product.IsActive || me.IsStaff || (product.DeletedAt is null && me.Owns(product.SellerId));

    private static async Task<IResult> GetAsync(
        long id, HttpRequest request, CurrentUser me, ProductLoader products, ProductViews views)
    {
        var row = await products.FindAsync(id);
        return row is null || !IsSeenBy(row.Product, me)
            ? TypedResults.NotFound()
            : new PublicJson<ProductView>(views.Of(row, request.BaseUrl()), ProductsJson.Wire.ProductView);
    }
}

[JsonSerializable(typeof(ProductPage))]
[JsonSerializable(typeof(ProductView))]
[JsonSerializable(typeof(SellerProfileView))]
[JsonSerializable(typeof(Page<StockEntryView>))]
[JsonSerializable(typeof(IReadOnlyList<ProductImageView>))]
[JsonSerializable(typeof(IReadOnlyList<CategoryView>))]
[JsonSerializable(typeof(IReadOnlyList<Suggestion>))]
internal sealed partial class ProductsJson : JsonSerializerContext
{
    /// <summary>As the API writes it; the generated default knows none of our settings.</summary>
    public static readonly ProductsJson Wire = new(JsonSettings.Create());
}
