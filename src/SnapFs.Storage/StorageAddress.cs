namespace SnapFs.Storage;

/// <summary>Where a repository lies, as a person writes it: today a directory of this machine.</summary>
/// <remarks>
/// What looks like an address on another machine is refused, never taken for the name of a directory: a backup that
/// silently goes to <c>./ann@host:/srv</c> is one that nobody finds again. <c>./</c> before it says that it is a name.
/// </remarks>
public sealed class StorageAddress
{
    private static readonly string[] LaterSchemes = ["s3", "sftp", "label"];

    private StorageAddress(string path) => Path = path;

    /// <summary>The absolute path of the directory; <c>..</c> in it is left to the file system, which knows links.</summary>
    public string Path { get; }

    /// <summary>Reads an address.</summary>
    /// <param name="text">As it was given by a user.</param>
    /// <exception cref="StorageAddressException">It is none, or of a kind that is not in this version.</exception>
    public static StorageAddress Parse(string text) => Parse(text, Directory.GetCurrentDirectory);

    /// <inheritdoc cref="Parse(string)"/>
    internal static StorageAddress Parse(string text, Func<string> currentDirectory)
    {
        ArgumentNullException.ThrowIfNull(text);
        RefuseWhatIsNoPath(text);
        if (text.StartsWith('/') || (OperatingSystem.IsWindows() && System.IO.Path.IsPathFullyQualified(text)))
        {
            return new StorageAddress(Tidy(text));
        }

        try
        {
            return new StorageAddress(Tidy(System.IO.Path.Combine(currentDirectory(), text)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StorageAddressException(
                $"'{text}' is relative to a working directory that is gone or cannot be read; give the whole path", e);
        }
    }

    /// <summary>The address in a form that <see cref="Parse(string)"/> takes, on this machine, from any directory.</summary>
    public override string ToString() => Path;

    private static void RefuseWhatIsNoPath(string text)
    {
        if (text.Length == 0)
        {
            throw new StorageAddressException("the repository has an empty name; give a directory");
        }

        if (text.Contains('\0', StringComparison.Ordinal))
        {
            throw new StorageAddressException($"'{text}' holds a NUL, which no path can; give a directory");
        }

        if (text[0] == '~')
        {
            throw new StorageAddressException(
                $"'{text}' begins with a ~ that no shell replaced; write $HOME or the whole path, or ./{text} if that is "
                    + "the name of a directory");
        }

        if (OperatingSystem.IsWindows() && text.Length > 1 && char.IsAsciiLetter(text[0]) && text[1] == ':')
        {
            return; // a drive
        }

        int colon = text.AsSpan(0, IndexOrLength(text, '/')).IndexOf(':');
        if (colon >= 0)
        {
            string scheme = text[..colon];
            throw new StorageAddressException(
                LaterSchemes.Contains(scheme, StringComparer.Ordinal)
                    ? $"{scheme}: repositories are not in this version; name a directory, or write ./{text} if it is one"
                    : $"'{text}' looks like an address on another machine, which is not in this version; name a directory, "
                        + $"or write ./{text} if it is one");
        }
    }

    private static int IndexOrLength(string text, char letter) =>
        text.IndexOf(letter, StringComparison.Ordinal) is >= 0 and int index ? index : text.Length;

    /// <summary>Leaves out what changes nothing: doubled slashes, <c>.</c>, a slash at the end.</summary>
    private static string Tidy(string path)
    {
        if (!path.StartsWith('/'))
        {
            return System.IO.Path.GetFullPath(path); // Windows: there .. is a matter of words
        }

        IEnumerable<string> parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".");
        return "/" + string.Join('/', parts);
    }
}
