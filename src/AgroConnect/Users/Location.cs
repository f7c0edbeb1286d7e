using AgroConnect.Web;

namespace AgroConnect.Users;

/// <summary>A place by its name and WGS 84 coordinates in degrees.</summary>
public sealed record Location(string Name, double Latitude, double Longitude)
{
    /// <summary>Reads a nested location; null stands for none, absent for <paramref name="otherwise"/>.</summary>
    internal static Location? Read(Fields fields, string name, Location? otherwise)
    {
        if (fields.Nested(name, exists: otherwise is not null) is not { } nested)
        {
            return fields.Has(name) ? null : otherwise;
        }

        var kept = nested.Partial ? otherwise : null;
        var location = new Location(
            nested.Text("name", max: 200, kept?.Name),
            (double)(nested.Decimal("latitude", digits: 12, places: 9, min: -90, max: 90, (decimal?)kept?.Latitude) ?? 0),
            (double)(nested.Decimal("longitude", digits: 12, places: 9, min: -180, max: 180, (decimal?)kept?.Longitude) ?? 0));
        fields.EndNested(name);
        return location;
    }
}
