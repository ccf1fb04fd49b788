namespace SnapFs;

/// <summary>A native library that the program needs is not there, or is not one that it can use.</summary>
public sealed class MissingLibraryException : SnapFsException
{
    private MissingLibraryException(string message)
        : base(message, null)
    {
    }

    /// <inheritdoc/>
    public override ErrorKind Kind => ErrorKind.Environment;

    internal static MissingLibraryException NotFound(string library, string package) =>
        new($"The library {library} was not found: install it (Debian: apt install {package}).");

    internal static MissingLibraryException Lost(string library) =>
        new($"The library {library} that belongs to snapfs could not be loaded: is the program whole, and /proc mounted?");

    internal static MissingLibraryException Unsuitable(string library, string finding) =>
        new($"The library {library} cannot be used, {finding}: is the program whole?");

    internal static MissingLibraryException Unsuitable(string library, string finding, string package) =>
        new($"The library {library} cannot be used, {finding}: install a newer one (Debian: apt install {package}).");
}
