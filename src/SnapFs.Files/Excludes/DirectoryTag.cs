using SnapFs.Posix.Files;

namespace SnapFs.Files.Excludes;

/// <summary>An entry that marks the directory it is in: of such a directory only the entry itself is backed up.</summary>
/// <param name="Name">The name of the entry, raw, without a slash; of any type if there is no header.</param>
/// <param name="Header">What the file begins with; empty if it is not looked at.</param>
public sealed record DirectoryTag(ReadOnlyMemory<byte> Name, ReadOnlyMemory<byte> Header)
{
    private readonly byte[] _nativeName = RawPath.Terminate(Name.Span);

    /// <summary>Whether an open directory holds the entry. One that cannot be read marks nothing, so that what is below is backed up.
    /// </summary>
    /// <param name="directory">The descriptor of the directory.</param>
    internal bool IsIn(int directory)
    {
        if (Header.IsEmpty)
        {
            return FileStat.At(directory, in _nativeName[0], out _) == 0;
        }

        int flags = Interop.Libc.O_RDONLY | Interop.Libc.O_NOFOLLOW | Interop.Libc.O_NONBLOCK | Interop.Libc.O_NOCTTY;
        int fd = Descriptors.Open(directory, in _nativeName[0], flags);
        if (fd < 0)
        {
            return false;
        }

        byte[] start = new byte[Header.Length];
        int length = Descriptors.ReadFully(fd, start, 0);
        _ = Interop.Libc.close(fd);
        return length == start.Length && Header.Span.SequenceEqual(start);
    }
}
