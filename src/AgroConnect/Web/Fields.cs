using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using AgroConnect.Data;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace AgroConnect.Web;

/// <summary>
/// The fields of a request, from JSON, a form or the query string alike. Each read checks one field, in the words of
/// Django REST Framework, and collects what is wrong; <see cref="Problem"/> then is the whole answer, or null.
/// </summary>
/// <remarks>
/// A field that is absent takes the value given as <c>otherwise</c>. One that is required is an error when it is
/// absent, except in a partial update (<c>PATCH</c>). Unknown fields are ignored.
/// </remarks>
internal sealed class Fields
{
    private readonly IFieldSource _source;
    private readonly JsonObject _errors = [];
    private readonly IResult? _refusal;

    private Fields(IFieldSource source, bool partial, IResult? refusal = null)
    {
        _source = source;
        Partial = partial;
        _refusal = refusal;
    }

    /// <summary>For texts that are not stored as they are: a password, a token. The limit of the whole body holds for them.</summary>
    public const int AnyLength = int.MaxValue;

    public bool Partial { get; }

    /// <summary>The 400, 413 or 415 that the request deserves; null when every field so far is good.</summary>
    public IResult? Problem => _refusal ?? (_errors.Count > 0 ? new FieldErrors(_errors) : null);

    /// <summary>The same as <see cref="Problem"/> in one line; null when there is none.</summary>
    public string? ProblemText => _errors.Count == 0 ? null : string.Join(" ", _errors.Select(error => $"{error.Key}: {Flat(error.Value)}"));

    public static Fields FromQuery(HttpRequest request) => new(new FormSource(request.Query, ""), partial: false);

    /// <summary>Fields from elsewhere than a request, such as the cells of a file; all of them texts.</summary>
    public static Fields FromTexts(IEnumerable<KeyValuePair<string, string>> texts) =>
        new(new FormSource(texts.Select(text => KeyValuePair.Create(text.Key, new StringValues(text.Value))).ToList(), ""), partial: false);

    /// <summary>Reads the body: JSON, <c>application/x-www-form-urlencoded</c> or <c>multipart/form-data</c>; none counts as <c>{}</c>.</summary>
    /// <param name="request">The request; its method <c>PATCH</c> makes the update partial.</param>
    public static async Task<Fields> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        var partial = HttpMethods.IsPatch(request.Method);
        if (request.ContentLength == 0 || request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
        {
            return new Fields(FormSource.Empty, partial);
        }

        if (request.HasFormContentType)
        {
            try
            {
                return new Fields(new FormSource(await ReadFormAsync(request, ct), ""), partial);
            }
            catch (Exception error) when (error is InvalidDataException or IOException and not BadHttpRequestException)
            {
                return Refused(new ErrorResult(StatusCodes.Status400BadRequest, "Multipart form parse error - " + error.Message));
            }
        }

        if (request.HasJsonContentType())
        {
            return await ReadJsonAsync(request, partial, ct);
        }

        return Refused(new ErrorResult(StatusCodes.Status415UnsupportedMediaType, StatusCodeBodies.UnsupportedMediaType(request.ContentType).Detail));

        Fields Refused(IResult refusal) => new(FormSource.Empty, partial, refusal);
    }

    /// <summary>Whether nothing is wrong with a field so far, nor with the request as a whole.</summary>
    public bool IsGood(string name) => _refusal is null && !_errors.ContainsKey(name);

    public bool Has(string name) => _source.Find(name).Kind != FieldKind.Absent;

    /// <summary>Adds an error that only the caller can see (a rule over several fields, the database).</summary>
    public void Error(string name, string message)
    {
        if (_errors[name] is JsonArray messages)
        {
            messages.Add(message);
        }
        else
        {
            _errors[name] ??= new JsonArray(message);
        }
    }

    /// <summary>A text without blanks at its ends.</summary>
    /// <param name="name">The field.</param>
    /// <param name="max">Longest text, in characters as Python counts them: one for what takes two UTF-16 units.</param>
    /// <param name="otherwise">What it is when absent; null makes the field required.</param>
    /// <param name="blank">Whether the empty text is good.</param>
    /// <param name="nullable">Whether null is good; it is the empty text then.</param>
    public string Text(string name, int max, string? otherwise = null, bool blank = false, bool nullable = false)
    {
        var value = _source.Find(name);
        if (IsMissing(name, value, required: otherwise is null))
        {
            return otherwise ?? "";
        }

        if (IsNull(name, value, nullable))
        {
            return "";
        }

        if (value.Kind is not (FieldKind.Text or FieldKind.Number))
        {
            Error(name, "Not a valid string.");
            return "";
        }

        var text = value.Text.Trim();
        if (text.Length == 0 && !blank)
        {
            Error(name, "This field may not be blank.");
        }
        else if (text.Length > max && text.EnumerateRunes().Count() > max)
        {
            Error(name, $"Ensure this field has no more than {max} characters.");
        }
        else if (text.Contains('\0'))
        {
            Error(name, "Null characters are not allowed.");
        }

        return text;
    }

    /// <summary>A text as it was sent, with the blanks at its ends; a number is none.</summary>
    /// <param name="name">The field.</param>
    /// <param name="otherwise">What it is when absent; null makes the field required.</param>
    /// <param name="check">Says what is wrong with it, or null.</param>
    public string ExactText(string name, string? otherwise, Func<string, string?> check)
    {
        var value = _source.Find(name);
        if (IsMissing(name, value, required: otherwise is null) || IsNull(name, value, nullable: false))
        {
            return otherwise ?? "";
        }

        if ((value.Kind == FieldKind.Text ? check(value.Text) : "Not a valid string.") is { } wrong)
        {
            Error(name, wrong);
        }

        return value.Text;
    }

    /// <summary>The ids of other rows, each once: a JSON list, or a field that a form repeats; absent is none.</summary>
    /// <param name="name">The field.</param>
    /// <param name="most">How many at most.</param>
    public IReadOnlyList<long> Ids(string name, int most)
    {
        var value = _source.Find(name);
        if (IsMissing(name, value, required: false) || IsNull(name, value, nullable: false) || value is { IsForm: true, Text: "" })
        {
            return [];
        }

        if (value is { IsForm: false, Kind: not FieldKind.List })
        {
            Error(name, $"Expected a list of items but got type \"{value.PythonType}\".");
            return [];
        }

        var ids = new List<long>();
        foreach (var text in _source.FindAll(name))
        {
            if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id))
            {
                Error(name, "Incorrect type. Expected pk values.");
                return [];
            }

            ids.Add(id);
        }

        if (ids.Count > most)
        {
            Error(name, $"Ensure this field has no more than {most} elements.");
        }

        return [.. ids.Distinct()];
    }

    /// <summary>An exact decimal number, from a JSON number or its text.</summary>
    public decimal? Decimal(string name, int digits, int places, decimal min, decimal max, decimal? otherwise = null, bool nullable = false)
    {
        var value = _source.Find(name);
        if (IsMissing(name, value, required: otherwise is null && !nullable))
        {
            return otherwise;
        }

        if (IsNull(name, value, nullable))
        {
            return null;
        }

        if (value.Kind is not (FieldKind.Text or FieldKind.Number)
            || !decimal.TryParse(value.Text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            Error(name, "A valid number is required.");
            return null;
        }

        if (number.Scale > places)
        {
            Error(name, $"Ensure that there are no more than {places} decimal places.");
        }
        else if (decimal.Abs(number) >= (decimal)Math.Pow(10, digits - places))
        {
            Error(name, $"Ensure that there are no more than {digits} digits in total.");
        }
        else if (number < min)
        {
            Error(name, string.Create(CultureInfo.InvariantCulture, $"Ensure this value is greater than or equal to {min}."));
        }
        else if (number > max)
        {
            Error(name, string.Create(CultureInfo.InvariantCulture, $"Ensure this value is less than or equal to {max}."));
        }

        return number;
    }

    public Money Money(string name, Currency currency, Money? otherwise = null, long minMinor = 1)
    {
        var amount = Decimal(
            name, digits: 10 + currency.Places, currency.Places, currency.ToDecimal(new Money(minMinor)), decimal.MaxValue,
            otherwise is { } money ? currency.ToDecimal(money) : null);
        return amount is { } exact && Problem is null ? currency.FromDecimal(exact) : otherwise ?? default;
    }

    public Quantity Quantity(string name, decimal min, Quantity? otherwise = null)
    {
        var number = Decimal(name, digits: 12, places: 3, min, decimal.MaxValue, otherwise?.ToDecimal());
        return number is { } exact && Problem is null ? Data.Quantity.FromDecimal(exact) : otherwise ?? default;
    }

    /// <summary>A quantity that may be null.</summary>
    public Quantity? OptionalQuantity(string name, decimal min, Quantity? otherwise = null)
    {
        var number = Decimal(name, digits: 12, places: 3, min, decimal.MaxValue, otherwise?.ToDecimal(), nullable: true);
        return Problem is not null ? otherwise : number is { } exact ? Data.Quantity.FromDecimal(exact) : null;
    }

    /// <summary>A whole number; ids, positions, ratings.</summary>
    public long? Integer(string name, long min, long max, long? otherwise = null, bool nullable = false)
    {
        var value = _source.Find(name);
        if (IsMissing(name, value, required: otherwise is null && !nullable))
        {
            return otherwise;
        }

        if (IsNull(name, value, nullable))
        {
            return null;
        }

        // "5.0" is five for Django REST Framework too.
        if (value.Kind is not (FieldKind.Text or FieldKind.Number)
            || !decimal.TryParse(value.Text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            || number != decimal.Truncate(number))
        {
            Error(name, "A valid integer is required.");
            return null;
        }

        if (number < min)
        {
            Error(name, $"Ensure this value is greater than or equal to {min}.");
            return null;
        }

        if (number > max)
        {
            Error(name, $"Ensure this value is less than or equal to {max}.");
            return null;
        }

        return (long)number;
    }

    public bool Boolean(string name, bool? otherwise = null)
    {
        var value = _source.Find(name);
        if (IsMissing(name, value, required: otherwise is null))
        {
            return otherwise ?? false;
        }

        if (IsNull(name, value, nullable: false))
        {
            return false;
        }

        switch (value.Kind is FieldKind.List or FieldKind.Object ? "" : value.Text.Trim().ToLowerInvariant())
        {
            case "true" or "1" or "yes" or "y" or "on" or "t":
                return true;
            case "false" or "0" or "no" or "n" or "off" or "f":
                return false;
            default:
                Error(name, "Must be a valid boolean.");
                return false;
        }
    }

    public DateOnly? Date(string name, DateOnly? otherwise = null)
    {
        var value = _source.Find(name);
        if (IsMissing(name, value, required: false))
        {
            return otherwise;
        }

        if (IsNull(name, value, nullable: true))
        {
            return null;
        }

        if (value.Kind == FieldKind.Text
            && DateOnly.TryParseExact(value.Text.Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            return date;
        }

        Error(name, "Date has wrong format. Use one of these formats instead: YYYY-MM-DD.");
        return null;
    }

    /// <summary>A moment: ISO 8601 with an offset (UTC without one), or a date for its first moment in UTC.</summary>
    public DateTimeOffset? Time(string name)
    {
        var value = _source.Find(name);
        if (IsMissing(name, value, required: false) || IsNull(name, value, nullable: true))
        {
            return null;
        }

        if (value.Kind == FieldKind.Text && value.Text.Trim() is var text && text.Length >= 10 && text[4] == '-'
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
        {
            return time;
        }

        Error(name, "Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].");
        return null;
    }

    /// <summary>One of a fixed set of words; null is the empty one where it may be null.</summary>
    public string Choice(string name, IReadOnlyCollection<string> choices, string? otherwise = null, bool nullable = false)
    {
        var value = _source.Find(name);
        if (IsMissing(name, value, required: otherwise is null))
        {
            return otherwise ?? "";
        }

        if (IsNull(name, value, nullable))
        {
            return "";
        }

        var text = value.Text.Trim();
        if (value.Kind is not (FieldKind.Text or FieldKind.Number) || !choices.Contains(text))
        {
            Error(name, $"\"{text}\" is not a valid choice.");
        }

        return text;
    }

    /// <summary>The id of another row: a number or its text; whether the row exists is for the caller to see.</summary>
    public long? Id(string name, long? otherwise = null, bool nullable = false)
    {
        var value = _source.Find(name);
        if (IsMissing(name, value, required: otherwise is null && !nullable))
        {
            return otherwise;
        }

        if (IsNull(name, value, nullable))
        {
            return null;
        }

        if (value.Kind is FieldKind.Text or FieldKind.Number
            && long.TryParse(value.Text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id))
        {
            return id;
        }

        Error(name, $"Incorrect type. Expected pk value, received {value.PythonType}.");
        return null;
    }

    /// <summary>The message for an id that names no row one may use.</summary>
    public void NoSuchId(string name, long id) => Error(name, $"Invalid pk \"{id}\" - object does not exist.");

    /// <summary>All values of a repeatable parameter.</summary>
    public IReadOnlyList<string> All(string name) => _source.FindAll(name);

    /// <summary>A nested object; null when absent, null or wrong. Its errors nest under its name.</summary>
    /// <param name="name">The field.</param>
    /// <param name="exists">Whether there is one already, of which a partial update may leave fields out.</param>
    public Fields? Nested(string name, bool exists = true)
    {
        var nested = _source.Nested(name);
        if (nested is not null)
        {
            var fields = new Fields(nested, Partial && exists);
            _errors[name] = fields._errors;
            return fields;
        }

        var value = _source.Find(name);
        if (value is { Kind: not (FieldKind.Absent or FieldKind.Null) } and not { IsForm: true, Text: "" })
        {
            _errors[name] = NotADictionary(value.PythonType);
        }

        return null;
    }

    /// <summary>Drops the empty error object of a nested field that turned out well.</summary>
    public void EndNested(string name)
    {
        if (_errors[name] is JsonObject { Count: 0 })
        {
            _errors.Remove(name);
        }
    }

    /// <summary>A list of objects, JSON alone; null when absent, null or wrong. Errors nest under its name, an object for each.</summary>
    public IReadOnlyList<Fields>? NestedList(string name)
    {
        var value = _source.Find(name);
        if (value.Kind is FieldKind.Absent or FieldKind.Null)
        {
            return null;
        }

        if (_source.NestedList(name) is not { } sources)
        {
            Error(name, $"Expected a list of items but got type \"{value.PythonType}\".");
            return null;
        }

        var errors = new JsonArray();
        _errors[name] = errors;
        var list = new List<Fields>();
        foreach (var source in sources)
        {
            var fields = new Fields(source ?? FormSource.Empty, partial: false);
            errors.Add(source is null ? NotADictionary("value") : fields._errors);
            list.Add(fields);
        }

        return list;
    }

    /// <summary>Drops the errors of a list whose objects turned out well.</summary>
    public void EndNestedList(string name)
    {
        if (_errors[name] is JsonArray errors && errors.All(error => error is JsonObject { Count: 0 }))
        {
            _errors.Remove(name);
        }
    }

    private static string Flat(JsonNode? errors) => errors switch
    {
        JsonArray messages => string.Join(" ", messages.Select(message => message!.ToString())),
        JsonObject nested => string.Join(" ", nested.Select(error => $"{error.Key}: {Flat(error.Value)}")),
        _ => "",
    };

    private static JsonObject NotADictionary(string pythonType) => new()
    {
        ["non_field_errors"] = new JsonArray($"Invalid data. Expected a dictionary, but got {pythonType}."),
    };

    private static async Task<IEnumerable<KeyValuePair<string, StringValues>>> ReadFormAsync(HttpRequest request, CancellationToken ct)
    {
        if (request.GetTypedHeaders().ContentType?.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) != true)
        {
            return await request.ReadFormAsync(ct);
        }

        // Not the request's own reader: that one throws at U+0000, and cannot say in which field.
        using var reader = new FormReader(request.Body);
        return await reader.ReadFormAsync(ct);
    }

    private static async Task<Fields> ReadJsonAsync(HttpRequest request, bool partial, CancellationToken ct)
    {
        JsonDocument document;
        try
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body, ct);
            if (body.Length == 0)
            {
                return new Fields(FormSource.Empty, partial);
            }

            var bytes = body.GetBuffer().AsMemory(0, (int)body.Length);
            document = JsonDocument.Parse(Utf8.IsValid(bytes.Span) ? bytes : throw new JsonException("The text is not UTF-8."));
            request.HttpContext.Response.RegisterForDispose(document);
        }
        catch (JsonException error)
        {
            return new Fields(FormSource.Empty, partial, new ErrorResult(StatusCodes.Status400BadRequest, "JSON parse error - " + error.Message));
        }

        var value = new FieldValue(document.RootElement);
        IResult? refusal = value.Kind switch
        {
            FieldKind.Object => null,
            FieldKind.Null => FieldErrors.Of("non_field_errors", "No data provided"),
            _ => new FieldErrors(NotADictionary(value.PythonType)),
        };
        return refusal is null
            ? new Fields(new JsonSource(document.RootElement), partial)
            : new Fields(FormSource.Empty, partial, refusal);
    }

    private bool IsMissing(string name, FieldValue value, bool required)
    {
        if (value.Kind != FieldKind.Absent)
        {
            return false;
        }

        if (required && !Partial)
        {
            Error(name, "This field is required.");
        }

        return true;
    }

    private bool IsNull(string name, FieldValue value, bool nullable)
    {
        // A form cannot say null; an empty field is what it has.
        var isNull = value.Kind == FieldKind.Null || (nullable && value is { IsForm: true, Text: "" });
        if (isNull && !nullable)
        {
            Error(name, "This field may not be null.");
        }

        return isNull;
    }

    private enum FieldKind
    {
        Absent,
        Null,
        Text,
        Number,
        Boolean,
        List,
        Object,
    }

    private readonly struct FieldValue
    {
        public FieldValue(string formText)
        {
            Kind = FieldKind.Text;
            Text = formText;
            IsForm = true;
        }

        public FieldValue(JsonElement element)
        {
            (Kind, PythonType) = element.ValueKind switch
            {
                JsonValueKind.String => (FieldKind.Text, "str"),
                JsonValueKind.Number => (FieldKind.Number, element.GetRawText().AsSpan().IndexOfAny(".eE") < 0 ? "int" : "float"),
                JsonValueKind.True or JsonValueKind.False => (FieldKind.Boolean, "bool"),
                JsonValueKind.Array => (FieldKind.List, "list"),
                JsonValueKind.Object => (FieldKind.Object, "dict"),
                _ => (FieldKind.Null, "NoneType"),
            };
            try
            {
                Text = Kind == FieldKind.Text ? element.GetString()! : element.GetRawText();
            }
            catch (InvalidOperationException)
            {
                // Half a surrogate pair: JSON lets it through, text cannot hold it.
                (Kind, Text) = (FieldKind.Object, "");
            }
        }

        public FieldKind Kind { get; }

        public string Text { get; } = "";

        public bool IsForm { get; }

        public string PythonType { get; } = "str";
    }

    private interface IFieldSource
    {
        FieldValue Find(string name);

        IReadOnlyList<string> FindAll(string name);

        IFieldSource? Nested(string name);

        /// <returns>Null when it is no list; null in it for what is no object.</returns>
        IReadOnlyList<IFieldSource?>? NestedList(string name);
    }

    private sealed class JsonSource : IFieldSource
    {
        private readonly Dictionary<string, JsonElement> _values = [];

        public JsonSource(JsonElement body)
        {
            foreach (var field in body.EnumerateObject())
            {
                try
                {
                    _values[field.Name] = field.Value;
                }
                catch (InvalidOperationException)
                {
                    // Half a surrogate pair: no name that anybody asks for.
                }
            }
        }

        public FieldValue Find(string name) => _values.TryGetValue(name, out var value) ? new FieldValue(value) : default;

        public IReadOnlyList<string> FindAll(string name) => _values.TryGetValue(name, out var value)
            ? value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(item => item.ToString())] : [value.ToString()]
            : [];

        public IFieldSource? Nested(string name) =>
            _values.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.Object ? new JsonSource(value) : null;

        public IReadOnlyList<IFieldSource?>? NestedList(string name) => _values.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.Object ? new JsonSource(item) : null)]
            : null;
    }

    /// <summary>A form or a query string; nested names are written with dots.</summary>
    private sealed class FormSource(IEnumerable<KeyValuePair<string, StringValues>> form, string prefix) : IFieldSource
    {
        public static readonly FormSource Empty = new([], "");

        public FieldValue Find(string name) => FindAll(name) is { Count: > 0 } values ? new FieldValue(values[^1]) : default;

        public IReadOnlyList<string> FindAll(string name)
        {
            foreach (var (key, values) in form)
            {
                if (key.Length == prefix.Length + name.Length && key.StartsWith(prefix, StringComparison.Ordinal) && key.EndsWith(name, StringComparison.Ordinal))
                {
                    return values.ToArray()!;
                }
            }

            return [];
        }

        public IFieldSource? Nested(string name)
        {
            var nested = prefix + name + ".";
            return form.Any(field => field.Key.StartsWith(nested, StringComparison.Ordinal)) ? new FormSource(form, nested) : null;
        }

        /// <summary>A form has no lists of objects.</summary>
        public IReadOnlyList<IFieldSource?>? NestedList(string name) => null;
    }
}
