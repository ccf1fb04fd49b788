using System.Runtime.InteropServices;

namespace SnapFs.Posix.Files;

/// <summary>Where a path leads.</summary>
public static class RealPath
{
    /// <summary>The absolute path without symlinks, <c>.</c> and <c>..</c>; null if it leads nowhere.</summary>
    public static byte[]? Of(ReadOnlySpan<byte> path)
    {
        nint resolved = Interop.Libc.realpath(in RawPath.Terminate(path)[0], 0);
        if (resolved == 0)
        {
            return null;
        }

        try
        {
            int length = 0;
            while (Marshal.ReadByte(resolved, length) != 0)
            {
                length++;
            }

            byte[] result = new byte[length];
            Marshal.Copy(resolved, result, 0, length);
            return result;
        }
        finally
        {
            Interop.Libc.free(resolved);
        }
    }
}
