using SnapFs.Posix.Files;

namespace SnapFs.Files.Scanning;

/// <summary>The mark of directories that hold only what can be made again (Cache Directory Tagging Specification).
/// </summary>
internal static class CacheTag
{
    /// <summary>The name of the file.</summary>
    public static ReadOnlySpan<byte> Name => "CACHEDIR.TAG"u8;

    private static ReadOnlySpan<byte> Signature => "Signature: 8a477f597d28d172789f06886806bc55"u8;

    /// <summary>Whether an open directory holds a valid tag.</summary>
    public static bool IsIn(int directory)
    {
        int flags = Interop.Libc.O_RDONLY | Interop.Libc.O_NOFOLLOW | Interop.Libc.O_NONBLOCK | Interop.Libc.O_NOCTTY;
        int fd = Descriptors.Open(directory, in "CACHEDIR.TAG\0"u8[0], flags);
        if (fd < 0)
        {
            return false;
        }

        Span<byte> start = stackalloc byte[Signature.Length];
        int length = Descriptors.ReadFully(fd, start, 0);
        _ = Interop.Libc.close(fd);
        return length == Signature.Length && start.SequenceEqual(Signature);
    }
}
