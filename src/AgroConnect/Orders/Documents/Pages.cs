using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Fluid;

namespace AgroConnect.Orders.Documents;

/// <summary>Pages to print: <c>NAME.liquid</c>, embedded in the program. What is filled in is encoded.</summary>
internal static class Pages
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private static readonly TemplateOptions Options = new()
    {
        StrictVariables = true,
        StrictFilters = true,
        MemberAccessStrategy = new UnsafeMemberAccessStrategy { MemberNameStrategy = MemberNameStrategies.SnakeCase },
    };

    private static readonly IFluidTemplate Receipt = Parse("receipt");
    private static readonly IFluidTemplate PickList = Parse("pick-list");

    public static IResult Of(Receipt receipt) => Page(Receipt, "receipt", receipt);

    public static IResult Of(PickList list) => Page(PickList, "list", list);

    private static HtmlPage Page(IFluidTemplate template, string name, object model)
    {
        var context = new TemplateContext(Options);
        context.SetValue(name, model);
        return new HtmlPage(template.Render(context, Encoder));
    }

    private static IFluidTemplate Parse(string name)
    {
        using var text = new StreamReader(typeof(Pages).Assembly.GetManifestResourceStream("AgroConnect.Orders.Documents." + name)!);
        return new FluidParser().Parse(text.ReadToEnd());
    }

    private sealed class HtmlPage(string html) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;

            // A page of its own styles, and nothing else: no script runs in it, whatever a name contains.
            response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
            response.Headers.CacheControl = "private, no-store";
            response.ContentType = "text/html; charset=utf-8";
            return response.WriteAsync(html, Encoding.UTF8, httpContext.RequestAborted);
        }
    }
}
