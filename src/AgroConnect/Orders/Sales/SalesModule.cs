using System.Text.Json.Serialization;
using AgroConnect.Orders.Documents;
using AgroConnect.Users;
using AgroConnect.Web;
using AgroConnect.Web.OpenApi;

namespace AgroConnect.Orders.Sales;

internal static class SalesModule
{
    public static void AddSales(this WebApplicationBuilder builder) =>
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, SalesJson.Wire));

    public static void MapSales(this WebApplication app)
    {
        var sales = app.MapGroup("/api/sales").WithTags("Sales").RequireAuthorization(Roles.MaySell);
        sales.MapGet("/", ListSales.HandleAsync).Produces<Page<SaleView>>().WithPages().WithQuery(ListSales.Parameters).WithSummary("A farm's parts of orders");
        sales.MapGet("/summary/", SalesSummary.HandleAsync).Produces<SalesSummaryView>().WithQuery(Period.Parameters).WithQuery(WhoseSales.Parameter)
            .WithSummary("What was sold, by day and product");
        sales.MapGet("/pick-list/", GetPickList.HandleAsync).Produces<string>(StatusCodes.Status200OK, "text/html", "text/csv")
            .Produces<ErrorBody>(StatusCodes.Status406NotAcceptable).WithQuery(GetPickList.Parameters).WithSummary("What a farm has to pack");

        app.MapGet("/api/admin/summary/", MarketSummary.HandleAsync).RequireAuthorization(Roles.Staff).WithTags("Administration")
            .Produces<MarketSummaryView>().WithQuery(Period.Parameters).WithSummary("The market in numbers, by day");
    }
}

[JsonSerializable(typeof(Page<SaleView>))]
[JsonSerializable(typeof(SalesSummaryView))]
[JsonSerializable(typeof(MarketSummaryView))]
internal sealed partial class SalesJson : JsonSerializerContext
{
    /// <summary>As the API writes it; the generated default knows none of our settings.</summary>
    public static readonly SalesJson Wire = new(JsonSettings.Create());
}
