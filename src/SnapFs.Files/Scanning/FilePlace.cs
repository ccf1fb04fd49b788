namespace SnapFs.Files.Scanning;

/// <summary>Where a file is, for calls and for messages.</summary>
internal ref struct FilePlace
{
    /// <summary>An open directory.</summary>
    public int Directory;

    /// <summary>The name in it, with a NUL after it.</summary>
    public ref readonly byte NativeName;

    /// <summary>The directory that it is recorded in.</summary>
    public DirectoryTask Task;

    /// <summary>The recorded name.</summary>
    public ReadOnlySpan<byte> Name;
}
