using System.Buffers.Text;

namespace SnapFs.Posix.Files;

/// <summary>The path by which calls that know no O_PATH descriptors reach the file behind one.</summary>
internal static class ProcPath
{
    /// <summary><c>/proc/self/fd/N</c> and a NUL.</summary>
    public static byte[] Of(int fd)
    {
        ReadOnlySpan<byte> prefix = "/proc/self/fd/"u8;
        Span<byte> digits = stackalloc byte[16];
        Utf8Formatter.TryFormat(fd, digits, out int length);
        return [.. prefix, .. digits[..length], 0];
    }
}
