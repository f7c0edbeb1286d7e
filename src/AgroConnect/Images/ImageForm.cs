using System.Globalization;
using AgroConnect.Web;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace AgroConnect.Images;

/// <summary>The files of one form field, or the answer that the request deserves.</summary>
internal sealed record UploadedFiles(IReadOnlyList<IFormFile> Files, IResult? Problem);

/// <summary>Reads the picture files of a multipart request, which may be larger than any other.</summary>
internal sealed class ImageForm(IOptions<ImagesOptions> options)
{
    /// <summary>For boundaries, headers and the small fields beside the files.</summary>
    private const long Slack = 64 * 1024;

    /// <summary>Large files wait on disk meanwhile, not in memory.</summary>
    /// <param name="request">Whose body nobody has read yet.</param>
    /// <param name="field">Name of the form field.</param>
    /// <param name="most">How many files it may hold.</param>
    /// <param name="ct">Ends the reading.</param>
    /// <param name="isOptional">Whether none is good too; other fields of the form can be read after this.</param>
    public async Task<UploadedFiles> ReadAsync(HttpRequest request, string field, int most, CancellationToken ct, bool isOptional = false)
    {
        if (!request.HasFormContentType)
        {
            var fields = await Fields.ReadAsync(request, ct);
            return Refused(fields.Problem ?? Without(field, isGiven: fields.Has(field)));
        }

        var limit = (options.Value.MaxBytes * (long)most) + Slack;
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } body)
        {
            body.MaxRequestBodySize = limit;
        }

        IFormCollection form;
        try
        {
            form = await request.ReadFormAsync(new FormOptions { MultipartBodyLengthLimit = limit }, ct);
        }
        catch (BadHttpRequestException error) when (error.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return Refused(TooLarge());
        }
        catch (Exception error) when (error is InvalidDataException || IsCutOff(error))
        {
            return Refused(new ErrorResult(StatusCodes.Status400BadRequest, "Multipart form parse error - " + error.Message));
        }

        return Check(form, field, most, isOptional);
    }

    private UploadedFiles Check(IFormCollection form, string field, int most, bool isOptional)
    {
        var files = form.Files.GetFiles(field);
        return files switch
        {
            [] when isOptional && !form[field].Any(text => !string.IsNullOrEmpty(text)) => new UploadedFiles([], null),

            // A browser sends a file input that was left empty as an empty text.
            [] => Refused(Without(field, isGiven: form[field].Any(text => !string.IsNullOrEmpty(text)))),
            _ when files.Any(file => file.Length > options.Value.MaxBytes) => Refused(TooLarge()),
            _ when files.Count > most => Refused(FieldErrors.Of(field, string.Create(
                CultureInfo.InvariantCulture, $"Ensure this field has no more than {most} elements."))),
            _ when files.Any(file => file.Length == 0) => Refused(FieldErrors.Of(field, "The submitted file is empty.")),
            _ => new UploadedFiles(files, null),
        };
    }

    // The framework has no type of its own for a body that ends before its last boundary.
    private static bool IsCutOff(Exception error) =>
        error is IOException && error.Message.StartsWith("Unexpected end of Stream", StringComparison.Ordinal);

    private static FieldErrors Without(string field, bool isGiven) => FieldErrors.Of(field, isGiven
        ? "The submitted data was not a file. Check the encoding type on the form."
        : "No file was submitted.");

    private ErrorResult TooLarge() => new(
        StatusCodes.Status413PayloadTooLarge,
        string.Create(CultureInfo.InvariantCulture, $"An image file may have at most {options.Value.MaxBytes} bytes."));

    private static UploadedFiles Refused(IResult problem) => new([], problem);
}
