using System.Text.Json.Serialization;
using AgroConnect.Orders.Documents;
using AgroConnect.Orders.Payments;
using AgroConnect.Orders.Reviews;
using AgroConnect.Orders.Sales;
using AgroConnect.Users;
using AgroConnect.Web;
using AgroConnect.Web.OpenApi;

namespace AgroConnect.Orders;

internal static class OrdersModule
{
    public static void AddOrders(this WebApplicationBuilder builder)
    {
        builder.AddPayments();
        builder.Services.AddScoped<Carts>();
        builder.Services.AddSingleton<AddToCart>();
        builder.Services.AddScoped<PlaceOrder>();
        builder.Services.AddSingleton<Checkouts>();
        builder.Services.AddSingleton<OrderMetrics>();
        builder.Services.AddScoped<CheckoutGroup>();
        builder.Services.AddScoped<OrderViews>();
        builder.Services.AddScoped<OrderMails>();
        builder.Services.AddScoped<ChangeOrder>();
        builder.Services.AddSingleton<IPersonalData, BuyersOrders>();
        builder.AddSales();
        builder.AddReviews();
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, OrdersJson.Wire));
    }

    public static void MapOrders(this WebApplication app)
    {
        var orders = app.MapGroup("/api/orders").WithTags("Orders").RequireAuthorization();
        MapCart(orders);
        app.MapPayments(orders);
        app.MapSales();
        app.MapReviews();
        orders.MapPost("/", PlaceOrder.HandleAsync).WithBody<PlaceOrder.Request>().Produces<OrderView>().Produces<OrderView>(StatusCodes.Status201Created)
            .Produces<PlaceOrder.Shortage>(StatusCodes.Status409Conflict).WithSummary("Check out").WithDescription("With an `Idempotency-Key` header, asking again gives the same order.");
        orders.MapGet("/", ListOrders.MineAsync).Produces<Page<OrderView>>().WithPages().WithQuery(ListOrders.Parameters).WithQuery(new QueryParameter("all", "Staff: everybody's orders."))
            .WithSummary("Own orders");
        orders.MapGet("/{id:long}/", GetAsync).Produces<OrderView>().Produces<ErrorBody>(StatusCodes.Status404NotFound).WithSummary("An order");
        orders.MapPost("/{id:long}/cancel/", CancelOrder.HandleAsync).WithBody<CancelOrder.Request>().Produces<OrderView>()
            .Produces<ErrorBody>(StatusCodes.Status409Conflict).WithSummary("Cancel an order or a part of it");
        orders.MapPost("/{id:long}/fulfilments/{fulfilment:long}/status/", ChangeFulfilment.MoveAsync).WithBody<ChangeFulfilment.Request>().Produces<OrderView>()
            .Produces<ErrorBody>(StatusCodes.Status409Conflict).WithSummary("Move a farm's part of an order on");
        orders.MapPost("/{id:long}/fulfilments/{fulfilment:long}/paid/", ChangeFulfilment.MarkPaidAsync).Produces<OrderView>()
            .Produces<ErrorBody>(StatusCodes.Status409Conflict).WithSummary("Say that cash was received");
        orders.MapPost("/{id:long}/fulfilments/{fulfilment:long}/weights/", PackedWeights.EnterAsync).WithBody<PackedWeights.Request>().Produces<OrderView>()
            .Produces<ErrorBody>(StatusCodes.Status409Conflict).WithSummary("Enter what lines weigh").WithDescription("For goods that are ordered by the piece and priced by weight.");
        orders.MapPost("/{id:long}/items/{item:long}/weight/", PackedWeights.AnswerAsync).WithBody<PackedWeights.AnswerRequest>().Produces<OrderView>()
            .Produces<ErrorBody>(StatusCodes.Status409Conflict).WithSummary("Agree to a weight beyond the tolerance, or do without");

        orders.MapGet("/{id:long}/receipt/", GetReceipt.HandleAsync).Produces<string>(StatusCodes.Status200OK, "text/html", "application/pdf")
            .Produces<ErrorBody>(StatusCodes.Status404NotFound).Produces<ErrorBody>(StatusCodes.Status406NotAcceptable)
            .WithQuery(GetReceipt.Formats.Parameter).WithSummary("A receipt to print");

        app.MapGet("/api/site/", SiteView.Get).AllowAnonymous().WithTags("Site").WithSummary("Name, currency, ways to pay and to sign in");
        app.MapGet("/api/admin/orders/", ListOrders.AllAsync).RequireAuthorization(Roles.Staff).WithTags("Administration")
            .Produces<Page<OrderView>>().WithPages().WithQuery(ListOrders.AdminParameters).WithSummary("All orders");
    }

    private static void MapCart(RouteGroupBuilder orders)
    {
        orders.MapGet("/cart/", ChangeCart.GetAsync).Produces<CartView>().WithSummary("The cart");
        orders.MapDelete("/cart/", ChangeCart.EmptyAsync).Produces(StatusCodes.Status204NoContent).WithSummary("Empty the cart");
        orders.MapPost("/cart/items/", AddToCart.HandleAsync).WithBody<AddToCart.Request>().Produces<CartView>(StatusCodes.Status201Created).Produces<ErrorBody>(StatusCodes.Status409Conflict).WithSummary("Put a product into the cart");
        orders.MapPatch("/cart/items/{id:long}/", ChangeCart.UpdateAsync).WithBody<ChangeCart.QuantityRequest>().Produces<CartView>().WithSummary("Change a quantity");
        orders.MapDelete("/cart/items/{id:long}/", ChangeCart.RemoveAsync).Produces(StatusCodes.Status204NoContent).WithSummary("Take a product out of the cart");
    }

    private static async Task<IResult> GetAsync(long id, HttpRequest request, CurrentUser me, OrderViews views, CancellationToken ct) =>
        await views.FindAsync(id, me, request.BaseUrl(), ct) is { } order ? TypedResults.Ok(order) : TypedResults.NotFound();
}

[JsonSerializable(typeof(SiteView))]
[JsonSerializable(typeof(CartView))]
[JsonSerializable(typeof(OrderView))]
[JsonSerializable(typeof(Page<OrderView>))]
[JsonSerializable(typeof(PlaceOrder.Shortage))]
[JsonSerializable(typeof(PlaceOrder.Unorderable))]
[JsonSerializable(typeof(PlaceOrder.TotalChanged))]
[JsonSerializable(typeof(PlaceOrder.Checkout))]
[JsonSerializable(typeof(StripeWebhook.Answer))]
internal sealed partial class OrdersJson : JsonSerializerContext
{
    /// <summary>As the API writes it; the generated default knows none of our settings.</summary>
    public static readonly OrdersJson Wire = new(JsonSettings.Create());
}
