using System.Globalization;
using AgroConnect.Users;

namespace AgroConnect.Assistant;

/// <summary>Where and when somebody grows: what a place says about the season.</summary>
/// <param name="Place">As the user wrote it; null when not known.</param>
/// <param name="Region">One of the articles' regions; null when not known.</param>
/// <param name="Today">The day there, by the sun: 15 degrees of longitude are an hour.</param>
/// <param name="Season">In words.</param>
internal sealed record Growing(string? Place, string? Region, DateOnly Today, string Season)
{
    private const double Tropic = 23.5;

    /// <summary>Boxes of latitude and longitude: south, north, west, east. The first that fits.</summary>
    private static readonly (string Region, double South, double North, double West, double East)[] Regions =
    [
        ("east-africa", -12, 15, 28, 52),
        ("west-africa", 4, 18, -18, 15),
        ("north-africa", 18, 38, -18, 36),
        ("sub-saharan-africa", -36, 18, -18, 52),
        ("middle-east", 12, 42, 34, 60.5),
        ("south-asia", 5, 38, 60.5, 92.5),
        ("southeast-asia", -11, 28, 92.5, 142),
        ("east-asia", 18, 54, 98, 146),
        ("latin-america", -56, 33, -118, -34),
    ];

    public static Growing At(Location? location, DateTimeOffset now)
    {
        if (location is null)
        {
            var month = DateOnly.FromDateTime(now.UtcDateTime);
            return new Growing(null, null, month, month.ToString("MMMM", CultureInfo.InvariantCulture));
        }

        var today = DateOnly.FromDateTime(now.UtcDateTime.AddHours(location.Longitude / 15));
        var region = Array.Find(Regions, box =>
            location.Latitude >= box.South && location.Latitude <= box.North && location.Longitude >= box.West && location.Longitude <= box.East).Region;
        return new Growing(location.Name, region, today, $"{today.ToString("MMMM", CultureInfo.InvariantCulture)}, {SeasonOf(region, location.Latitude, today.Month)}");
    }

    private static string SeasonOf(string? region, double latitude, int month) => region switch
    {
        "south-asia" => month switch
        {
            >= 6 and <= 10 => "kharif (monsoon) season",
            >= 11 or <= 3 => "rabi (winter) season",
            _ => "zaid (summer) season",
        },
        "east-africa" when Math.Abs(latitude) < 5 => month switch
        {
            >= 3 and <= 5 => "long rains",
            >= 10 and <= 12 => "short rains",
            _ => "between the rains",
        },
        _ when Math.Abs(latitude) < Tropic => "in the tropics, where the rains decide",
        _ => ((month + (latitude < 0 ? 6 : 0)) % 12) switch
        {
            >= 3 and <= 5 => "spring",
            >= 6 and <= 8 => "summer",
            >= 9 and <= 11 => "autumn",
            _ => "winter",
        },
    };
}
