using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SnapFs.Storage;

/// <summary>The calls on files that decide whether an object is durable, by errno where there is one.</summary>
/// <remarks>Off Linux the runtime's own calls stand in: they cannot sync a folder, so there a put survives a crash of the
/// program but perhaps not one of the machine.</remarks>
internal static class LocalFiles
{
    private const uint FileMode600 = 0x180;
    private const uint DirectoryMode700 = 0x1c0;

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

    /// <summary>Opens a regular file to read. Never waits, not even on a fifo that took the file's place.</summary>
    /// <exception cref="FileSystemException">With the errno of open(2).</exception>
    internal static SafeFileHandle OpenToRead(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return Portable(
                path, () => File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        }

        return Open(path, Interop.Libc.O_RDONLY | Interop.Libc.O_NONBLOCK);
    }

    /// <summary>Opens a directory for <see cref="Sync"/>; null where that is not possible.</summary>
    internal static SafeFileHandle? OpenDirectory(string path) =>
        OperatingSystem.IsLinux() ? Open(path, Interop.Libc.O_RDONLY) : null;

    /// <summary>Creates a file, 0600, that must not exist.</summary>
    /// <exception cref="FileSystemException">With the errno of open(2).</exception>
    internal static SafeFileHandle CreateNew(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return Portable(path, () => File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.None));
        }

        return Open(path, Interop.Libc.O_WRONLY | Interop.Libc.O_CREAT | Interop.Libc.O_EXCL);
    }

    /// <summary>Writes all of <paramref name="content"/> at the position of the file.</summary>
    /// <exception cref="FileSystemException">With the errno of write(2).</exception>
    internal static void WriteAll(SafeFileHandle file, string path, ReadOnlySpan<byte> content)
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.Write(file, content, fileOffset: 0);
            return;
        }

        bool isDirect = IsFitForDirect(content) && TrySetDirect(file, isDirect: true);
        while (!content.IsEmpty)
        {
            if (isDirect && content.Length < DirectAlignment)
            {
                isDirect = !TrySetDirect(file, isDirect: false);
            }

            int most = isDirect ? MaxWrite & -DirectAlignment : MaxWrite;
            int count = Math.Min(isDirect ? content.Length & -DirectAlignment : content.Length, most);
            nint written = Interop.Libc.write(file, content, (nuint)count);
            if (written < 0)
            {
                int errno = Marshal.GetLastPInvokeError();
                if (errno == Interop.Libc.EINVAL && isDirect)
                {
                    isDirect = !TrySetDirect(file, isDirect: false); // the device wants a larger alignment
                }
                else if (errno != Interop.Libc.EINTR)
                {
                    throw new FileSystemException("write", path, errno);
                }

                continue;
            }

            content = content[(int)written..];
        }
    }

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

    /// <summary>Turns direct writing on or off; false where the file system has none.</summary>
    private static bool TrySetDirect(SafeFileHandle file, bool isDirect)
    {
        int flags = Interop.Libc.fcntl(file, Interop.Libc.F_GETFL, 0);
        int wanted = isDirect ? flags | Interop.Libc.O_DIRECT : flags & ~Interop.Libc.O_DIRECT;
        return flags >= 0 && Interop.Libc.fcntl(file, Interop.Libc.F_SETFL, wanted) == 0;
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

    /// <summary>Gives a finished file its name, unless the name is taken.</summary>
    /// <returns>False when the name is taken; then <paramref name="temporary"/> is still there.</returns>
    /// <exception cref="FileSystemException">With the errno of renameat2(2) or link(2).</exception>
    internal static bool Publish(string temporary, string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            try
            {
                File.Move(temporary, path, overwrite: false);
                return true;
            }
            catch (IOException) when (File.Exists(path))
            {
                return false;
            }
        }

        if (Interop.Libc.renameat2(
                Interop.Libc.AT_FDCWD, temporary, Interop.Libc.AT_FDCWD, path, Interop.Libc.RENAME_NOREPLACE) == 0)
        {
            return true;
        }

        int errno = Marshal.GetLastPInvokeError();
        if (errno is Interop.Libc.EINVAL or Interop.Libc.ENOSYS or Interop.Libc.EOPNOTSUPP)
        {
            return PublishByLink(temporary, path); // NFS and others know no RENAME_NOREPLACE
        }

        return errno == Interop.Libc.EEXIST ? false : throw new FileSystemException("rename", path, errno);
    }

    /// <summary>Removes a file; true also when there is none.</summary>
    /// <exception cref="FileSystemException">With the errno of unlink(2).</exception>
    internal static void Delete(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            File.Delete(path);
            return;
        }

        if (Interop.Libc.unlink(path) != 0)
        {
            int errno = Marshal.GetLastPInvokeError();
            if (errno is not (Interop.Libc.ENOENT or Interop.Libc.ENOTDIR))
            {
                throw new FileSystemException("unlink", path, errno);
            }
        }
    }

    /// <summary>Creates a directory, 0700.</summary>
    /// <returns>False when it exists already.</returns>
    /// <exception cref="FileSystemException">With the errno of mkdir(2).</exception>
    internal static bool CreateDirectory(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            bool exists = Directory.Exists(path);
            Directory.CreateDirectory(path);
            return !exists;
        }

        if (Interop.Libc.mkdir(path, DirectoryMode700) == 0)
        {
            return true;
        }

        int errno = Marshal.GetLastPInvokeError();
        return errno == Interop.Libc.EEXIST ? false : throw new FileSystemException("mkdir", path, errno);
    }

    private static bool PublishByLink(string temporary, string path)
    {
        if (Interop.Libc.link(temporary, path) != 0)
        {
            int errno = Marshal.GetLastPInvokeError();
            return errno == Interop.Libc.EEXIST ? false : throw new FileSystemException("link", path, errno);
        }

        Delete(temporary);
        return true;
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

    private static SafeFileHandle Open(string path, int flags)
    {
        while (true)
        {
            int fd = Interop.Libc.open(path, flags | Interop.Libc.O_CLOEXEC, FileMode600);
            if (fd >= 0)
            {
                return new SafeFileHandle(fd, ownsHandle: true);
            }

            int errno = Marshal.GetLastPInvokeError();
            if (errno != Interop.Libc.EINTR)
            {
                throw new FileSystemException("open", path, errno);
            }
        }
    }

    private static SafeFileHandle Portable(string path, Func<SafeFileHandle> open)
    {
        try
        {
            return open();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new FileSystemException("open", path, Interop.Libc.ENOENT);
        }
    }
}
