using System.Globalization;
using System.Linq.Expressions;
using AgroConnect.Users;
using AgroConnect.Web;

namespace AgroConnect.Products;

/// <summary>A point and a radius around it; distances are great circles on a sphere of the Earth's mean radius.</summary>
internal readonly record struct Near(double Latitude, double Longitude, double RadiusKm)
{
    private const double EarthRadiusKm = 6371.0088;
    private const double KmPerDegree = Math.PI * EarthRadiusKm / 180;
    private const double DefaultRadiusKm = 25;

    /// <summary>Reads <c>near=LAT,LON</c> and <c>radius_km</c>.</summary>
    public static Near? Read(Fields query)
    {
        var radius = query.Decimal("radius_km", digits: 9, places: 3, min: 0.001m, max: 20_100, (decimal)DefaultRadiusKm) ?? 0;
        if (query.Text("near", max: 60, otherwise: "", blank: true) is not { Length: > 0 } text)
        {
            return null;
        }

        var parts = text.Split(',');
        if (parts.Length == 2 && Degrees(parts[0], 90, out var latitude) && Degrees(parts[1], 180, out var longitude))
        {
            return new Near(latitude, longitude, (double)radius);
        }

        query.Error("near", "Enter a latitude and a longitude in degrees, such as -1.03,37.07.");
        return null;
    }

    public double KilometresTo(Location place)
    {
        var (latitude, longitude) = (Radians(place.Latitude - Latitude) / 2, Radians(place.Longitude - Longitude) / 2);
        var haversine = Math.Pow(Math.Sin(latitude), 2)
            + (Math.Cos(Radians(Latitude)) * Math.Cos(Radians(place.Latitude)) * Math.Pow(Math.Sin(longitude), 2));
        return 2 * EarthRadiusKm * Math.Asin(Math.Min(1, Math.Sqrt(haversine)));
    }

    /// <summary>
    /// What <see cref="KilometresTo"/> grows with, for the database: the squared chord through the Earth. Products
    /// without a place have none.
    /// </summary>
    public Expression<Func<Product, double?>> SquaredChord()
    {
        var (x, y, z) = Vector(Latitude, Longitude);
        const double radian = Math.PI / 180;
        return product => (double?)(
            ((Math.Cos(product.Latitude!.Value * radian) * Math.Cos(product.Longitude!.Value * radian)) - x)
            * ((Math.Cos(product.Latitude!.Value * radian) * Math.Cos(product.Longitude!.Value * radian)) - x)
            + (((Math.Cos(product.Latitude!.Value * radian) * Math.Sin(product.Longitude!.Value * radian)) - y)
            * ((Math.Cos(product.Latitude!.Value * radian) * Math.Sin(product.Longitude!.Value * radian)) - y))
            + ((Math.Sin(product.Latitude!.Value * radian) - z) * (Math.Sin(product.Latitude!.Value * radian) - z)));
    }

    /// <summary>Products within the radius: a box that an index answers, then the circle.</summary>
    public IQueryable<Product> Within(IQueryable<Product> products)
    {
        var degrees = RadiusKm / KmPerDegree;
        var (south, north) = (Latitude - degrees, Latitude + degrees);
        products = products.Where(product => product.Latitude >= south && product.Latitude <= north);

        // Over a pole or the date line the box would wrap; there the circle alone decides.
        var narrowest = Math.Cos(Radians(Math.Min(90, Math.Max(Math.Abs(south), Math.Abs(north)))));
        var width = narrowest > 0.01 ? degrees / narrowest : 360;
        var (west, east) = (Longitude - width, Longitude + width);
        if (west >= -180 && east <= 180)
        {
            products = products.Where(product => product.Longitude >= west && product.Longitude <= east);
        }

        var chord = 2 * Math.Sin(Math.Min(Math.PI, RadiusKm / EarthRadiusKm) / 2);
        var furthest = new { Squared = (double?)(chord * chord) };
        var squared = SquaredChord();

        // A member of an object becomes a parameter of the statement, so that one plan serves every radius.
        var limit = Expression.Property(Expression.Constant(furthest), nameof(furthest.Squared));
        return products.Where(Expression.Lambda<Func<Product, bool>>(
            Expression.LessThanOrEqual(squared.Body, limit), squared.Parameters));
    }

    private static (double X, double Y, double Z) Vector(double latitude, double longitude) => (
        Math.Cos(Radians(latitude)) * Math.Cos(Radians(longitude)),
        Math.Cos(Radians(latitude)) * Math.Sin(Radians(longitude)),
        Math.Sin(Radians(latitude)));

    private static double Radians(double degrees) => degrees * Math.PI / 180;

    private static bool Degrees(string text, double limit, out double value) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite,
            CultureInfo.InvariantCulture, out value)
        && Math.Abs(value) <= limit;
}
