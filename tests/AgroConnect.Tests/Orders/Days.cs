using System.Globalization;

namespace AgroConnect.Tests.Orders;

internal static class Days
{
    public static string Iso(this DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
