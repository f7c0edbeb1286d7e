namespace AgroConnect.Images;

/// <summary>Where the files of pictures are kept: in the data directory, or at Cloudinary.</summary>
internal interface IImageBackend
{
    /// <summary>As <see cref="StoredImage.Store"/> has it.</summary>
    string Name { get; }

    /// <summary>A new name for a picture, that nobody can guess.</summary>
    /// <param name="isPrivate">Whether it gets a name of <see cref="StoredImage.PrivateFolder"/>.</param>
    string NewKey(bool isPrivate);

    /// <returns>The version, where the store has versions, else 0.</returns>
    Task<long> WriteAsync(string key, EncodedImage image, CancellationToken ct);

    /// <summary>Deletes everything of that name; what is not there counts as deleted.</summary>
    Task DeleteAsync(string key, CancellationToken ct);
}
