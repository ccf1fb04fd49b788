using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using SnapFs.Posix.Files;

namespace SnapFs.Storage;

/// <summary>The calls on open files that decide whether an object is durable, by errno where there is one.</summary>
/// <remarks>Off Linux the runtime's own calls stand in: they cannot sync a folder, so there a put survives a crash of the
/// program but perhaps not one of the machine.</remarks>
internal static class LocalFiles
{
    /// <summary>The most bytes one call writes: debug builds shorten writes so that the loop around them is used.</summary>
#if DEBUG
    private const int MaxWrite = 65_521;
#else
    private const int MaxWrite = 1 << 30;
#endif

    /// <summary>What O_DIRECT asks of addresses and lengths on common file systems, bytes.</summary>
    private const int DirectAlignment = 4096;

    /// <summary>Shorter content is written through the page cache.</summary>
    private const int MinDirect = 1024 * 1024;

    private const int CompareLength = 256 * 1024;

    /// <summary>Writes all of <paramref name="content"/> at the position of the file.</summary>
    /// <exception cref="FileSystemException">With the errno of write(2).</exception>
    internal static void WriteAll(SafeFileHandle file, string path, ReadOnlySpan<byte> content)
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.Write(file, content, fileOffset: 0);
            return;
        }

        bool isDirect = IsFitForDirect(content) && SetDirect(file, isDirect: true) == 0;
        while (!content.IsEmpty)
        {
            if (isDirect && content.Length < DirectAlignment)
            {
                LeaveDirect(file, path);
                isDirect = false;
            }

            int most = isDirect ? MaxWrite & -DirectAlignment : MaxWrite;
            int count = Math.Min(isDirect ? content.Length & -DirectAlignment : content.Length, most);
            nint written = Interop.Libc.write(file, content, (nuint)count);
            if (written > 0)
            {
                content = content[(int)written..];
                continue;
            }

            int errno = written == 0 ? Interop.Libc.EIO : Marshal.GetLastPInvokeError();
            if (errno == Interop.Libc.EINVAL && isDirect)
            {
                LeaveDirect(file, path); // the device wants a larger alignment
                isDirect = false;
            }
            else if (errno != Interop.Libc.EINTR)
            {
                throw new FileSystemException("write", path, errno);
            }
        }
    }

    /// <summary>Reads at <paramref name="offset"/> until <paramref name="destination"/> is full or the file ends.</summary>
    /// <returns>The bytes that were read.</returns>
    /// <exception cref="FileSystemException">With the errno of pread(2).</exception>
    internal static int ReadUpTo(SafeFileHandle file, string path, Span<byte> destination, long offset)
    {
        int done = 0;
        while (done < destination.Length)
        {
            int count = OperatingSystem.IsLinux()
                ? ReadOnce(file, path, destination[done..], offset + done)
                : RandomAccess.Read(file, destination[done..], offset + done);
            if (count == 0)
            {
                break;
            }

            done += count;
        }

        return done;
    }

    /// <summary>The bytes of an open file.</summary>
    /// <exception cref="FileSystemException">With the errno of statx(2).</exception>
    internal static long LengthOf(SafeFileHandle file, string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return RandomAccess.GetLength(file);
        }

        int errno = FileStat.Of((int)file.DangerousGetHandle(), out FileStat stat);
        return errno == 0 ? stat.Size : throw new FileSystemException("stat", path, errno);
    }

    /// <summary>Whether a file holds exactly these bytes.</summary>
    /// <exception cref="FileSystemException">With the errno of statx(2) or pread(2).</exception>
    internal static bool Holds(SafeFileHandle file, string path, ReadOnlySpan<byte> content)
    {
        if (LengthOf(file, path) != content.Length)
        {
            return false;
        }

        byte[] part = new byte[Math.Min(content.Length, CompareLength)];
        for (int offset = 0; offset < content.Length; offset += part.Length)
        {
            Span<byte> wanted = part.AsSpan(0, Math.Min(part.Length, content.Length - offset));
            if (ReadUpTo(file, path, wanted, offset) < wanted.Length
                || !wanted.SequenceEqual(content.Slice(offset, wanted.Length)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Makes what was written to a file or directory survive a crash.</summary>
    /// <exception cref="FileSystemException">With the errno of fsync(2).</exception>
    internal static void Sync(SafeFileHandle file, string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(file);
            return;
        }

        while (Interop.Libc.fsync(file) != 0)
        {
            int errno = Marshal.GetLastPInvokeError();
            if (errno != Interop.Libc.EINTR)
            {
                throw new FileSystemException("fsync", path, errno);
            }
        }
    }

    /// <summary>Locks a file for as long as it is open.</summary>
    /// <returns>False when another process has it locked; true also where there are no locks.</returns>
    internal static bool TryLock(SafeFileHandle file) =>
        !OperatingSystem.IsLinux()
        || Interop.Libc.flock(file, Interop.Libc.LOCK_EX | Interop.Libc.LOCK_NB) == 0
        || Marshal.GetLastPInvokeError() != Interop.Libc.EAGAIN;

    /// <summary>
    /// Whether content can go to the disk without a copy in the page cache. It is worth it for packs: a backup then
    /// neither pays for the copy nor pushes out what the machine works with.
    /// </summary>
    private static unsafe bool IsFitForDirect(ReadOnlySpan<byte> content)
    {
        fixed (byte* start = content)
        {
            return content.Length >= MinDirect && (nuint)start % DirectAlignment == 0;
        }
    }

    private static void LeaveDirect(SafeFileHandle file, string path)
    {
        int errno = SetDirect(file, isDirect: false);
        if (errno != 0)
        {
            throw new FileSystemException("fcntl", path, errno);
        }
    }

    /// <summary>Turns direct writing on or off.</summary>
    /// <returns>0 or an errno, such as that of a file system that has none.</returns>
    private static int SetDirect(SafeFileHandle file, bool isDirect)
    {
        int flags = Interop.Libc.fcntl(file, Interop.Libc.F_GETFL, 0);
        int wanted = isDirect ? flags | Interop.Libc.O_DIRECT : flags & ~Interop.Libc.O_DIRECT;
        return flags >= 0 && Interop.Libc.fcntl(file, Interop.Libc.F_SETFL, wanted) == 0
            ? 0
            : Marshal.GetLastPInvokeError();
    }

    private static int ReadOnce(SafeFileHandle file, string path, Span<byte> destination, long offset)
    {
        while (true)
        {
            nint count = Interop.Libc.pread(file, destination, (nuint)destination.Length, offset);
            if (count >= 0)
            {
                return (int)count;
            }

            int errno = Marshal.GetLastPInvokeError();
            if (errno != Interop.Libc.EINTR)
            {
                throw new FileSystemException("read", path, errno);
            }
        }
    }
}
