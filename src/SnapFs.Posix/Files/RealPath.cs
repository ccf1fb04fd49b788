using System.Runtime.InteropServices;

namespace SnapFs.Posix.Files;

/// <summary>Where a path leads.</summary>
public static unsafe class RealPath
{
    /// <summary>The absolute path without symlinks, <c>.</c> and <c>..</c>; null if it leads nowhere.</summary>
    public static byte[]? Of(ReadOnlySpan<byte> path)
    {
        byte* resolved = Interop.Libc.realpath(in RawPath.Terminate(path)[0], null);
        if (resolved is null)
        {
            return null;
        }

        try
        {
            return MemoryMarshal.CreateReadOnlySpanFromNullTerminated(resolved).ToArray();
        }
        finally
        {
            Interop.Libc.free(resolved);
        }
    }
}
