using AgroConnect.Web;
using AgroConnect.Web.OpenApi;

namespace AgroConnect.Orders.Sales;

/// <summary>Some days in a time zone, both ends among them: what a summary is about.</summary>
internal sealed record Period(DateOnly From, DateOnly To, TimeZoneInfo Zone)
{
    private const int Default = 30;
    private const int Longest = 366;

    /// <summary>Room at both ends: a day has others around it, in every zone.</summary>
    private static readonly DateOnly Earliest = new(1970, 1, 2);
    private static readonly DateOnly Latest = new(9998, 12, 31);

    public static readonly QueryParameter[] Parameters =
    [
        new("from", "The first day; 30 days before the end without it."),
        new("to", "The last day; today without it. At most 366 days."),
        new("tz", "Whose days: an IANA name such as `Africa/Nairobi`; `UTC` without it."),
    ];

    /// <summary>The first moment of the first day.</summary>
    public DateTimeOffset Start => StartOf(From, Zone);

    /// <summary>The first moment after the last day.</summary>
    public DateTimeOffset End => StartOf(To.AddDays(1), Zone);

    public IEnumerable<DateOnly> Days => Enumerable.Range(0, To.DayNumber - From.DayNumber + 1).Select(From.AddDays);

    public static Period Read(Fields query, TimeProvider clock)
    {
        var zone = ReadZone(query);
        var to = ReadDay(query, "to");
        var from = ReadDay(query, "from");
        var last = to ?? DayOf(clock.GetUtcNow(), zone);
        var first = from ?? (last.DayNumber - Default < Earliest.DayNumber ? Earliest : last.AddDays(1 - Default));
        if (first > last)
        {
            query.Error("from", "Ensure this date is not after to.");
        }
        else if (last.DayNumber - first.DayNumber >= Longest)
        {
            query.Error("from", $"Ensure that there are no more than {Longest} days.");
        }

        return new Period(first, last, zone);
    }

    /// <summary>The parameter <c>tz</c>.</summary>
    public static TimeZoneInfo ReadZone(Fields query)
    {
        var name = query.Text("tz", max: 64, otherwise: "UTC");
        if (query.IsGood("tz") && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) && zone.HasIanaId)
        {
            return zone;
        }

        if (query.IsGood("tz"))
        {
            query.Error("tz", $"\"{name}\" is no time zone.");
        }

        return TimeZoneInfo.Utc;
    }

    /// <summary>A day that has others around it in every zone; null without one.</summary>
    public static DateOnly? ReadDay(Fields query, string name)
    {
        var day = query.Date(name);
        if (day < Earliest || day > Latest)
        {
            query.Error(name, FormattableString.Invariant($"Ensure this date is between {Earliest:yyyy-MM-dd} and {Latest:yyyy-MM-dd}."));
            return null;
        }

        return day;
    }

    public static DateOnly DayOf(DateTimeOffset time, TimeZoneInfo zone) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time, zone).DateTime);

    /// <summary>The first moment of a day, in UTC.</summary>
    public static DateTimeOffset StartOf(DateOnly day, TimeZoneInfo zone)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue);

        // Where clocks go forward at midnight, the day begins later; where they go back over it, with the first of two midnights.
        while (zone.IsInvalidTime(midnight))
        {
            midnight = midnight.AddMinutes(15);
        }

        var offset = zone.IsAmbiguousTime(midnight) ? zone.GetAmbiguousTimeOffsets(midnight).Max() : zone.GetUtcOffset(midnight);
        return new DateTimeOffset(midnight, offset).ToUniversalTime();
    }
}
