using System.Net;

namespace AgroConnect.Tests.Web;

public sealed class Conventions(App app) : IClassFixture<App>
{
    [Theory]
    [InlineData("/api/products/999999/")]
    [InlineData("/nowhere/")]
    public async Task What_is_not_there_is_a_404_with_a_detail(string address)
    {
        var answer = await app.Stranger().GetJson(address, 404);

        Assert.Equal("Not found.", answer.GetProperty("detail").GetString());
    }
}
