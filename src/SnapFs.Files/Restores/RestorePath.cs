namespace SnapFs.Files.Restores;

/// <summary>The recorded path of an entry: its name and the path above it, put together only where it is shown or matched, so that a
/// deep tree costs its names once.</summary>
internal sealed class RestorePath
{
    private readonly RestorePath? _parent;
    private readonly byte[] _nativeName;

    /// <param name="path">The absolute path that others begin with.</param>
    public RestorePath(ReadOnlySpan<byte> path)
    {
        ReadOnlySpan<byte> trimmed = path.TrimEnd((byte)'/');
        _nativeName = [.. trimmed, 0];
        Length = trimmed.Length;
    }

    private RestorePath(RestorePath parent, byte[] nativeName)
    {
        _parent = parent;
        _nativeName = nativeName;
        Length = parent.Length + nativeName.Length;
    }

    /// <summary>For what has no path to tell of.</summary>
    public static RestorePath None { get; } = new([]);

    /// <summary>Bytes of the path; 0 for <c>/</c>.</summary>
    public int Length { get; }

    /// <summary>The path above; null where others begin.</summary>
    public RestorePath? Parent => _parent;

    /// <summary>The name, or the whole path if there is nothing above it.</summary>
    public ReadOnlySpan<byte> Name => _nativeName.AsSpan(0, _nativeName.Length - 1);

    /// <summary>The path of an entry of this directory.</summary>
    /// <param name="nativeName">Its name, with a NUL after it; kept.</param>
    public RestorePath Child(byte[] nativeName) => new(this, nativeName);

    /// <summary>The path with another beginning than the recorded one.</summary>
    /// <param name="beginning">What the restored directory is on the target.</param>
    public byte[] Below(ReadOnlySpan<byte> beginning)
    {
        RestorePath first = this;
        while (first._parent is not null)
        {
            first = first._parent;
        }

        return [.. beginning.TrimEnd((byte)'/'), .. ToBytes().AsSpan(first.Length)];
    }

    /// <summary>The whole path.</summary>
    public byte[] ToBytes()
    {
        if (Length == 0)
        {
            return "/"u8.ToArray();
        }

        byte[] path = new byte[Length];
        int end = Length;
        RestorePath part = this;
        for (; part._parent is not null; part = part._parent)
        {
            end -= part.Name.Length;
            part.Name.CopyTo(path.AsSpan(end));
            path[--end] = (byte)'/';
        }

        part.Name.CopyTo(path);
        return path;
    }
}
