namespace SnapFs;

/// <summary>A native library that belongs to the program could not be loaded.</summary>
public sealed class MissingLibraryException : SnapFsException
{
    private MissingLibraryException(string message)
        : base(message, null)
    {
    }

    /// <inheritdoc/>
    public override ErrorKind Kind => ErrorKind.Environment;

    internal static MissingLibraryException NotLoaded(string library) =>
        new($"The library {library} that belongs to snapfs could not be loaded: is the program whole, and /proc mounted?");
}
