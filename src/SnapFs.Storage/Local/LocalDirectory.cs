using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using SnapFs.Posix.Files;

namespace SnapFs.Storage;

/// <summary>An open directory of a repository. All that is done by it is done in that very directory, whatever is mounted
/// over its path or taken away from there meanwhile.</summary>
/// <remarks>Off Linux a path stands in for the descriptor.</remarks>
internal sealed class LocalDirectory : IDisposable
{
    private const uint FileMode600 = 0x180;
    private const uint DirectoryMode700 = 0x1c0;
    private const uint SetGroupId = 0x400;
    private const uint GroupRead = 0x20;
    private const uint GroupAll = 0x38;
    private const int EntriesLength = 64 * 1024;

    private readonly SafeFileHandle? _handle;

    private LocalDirectory(string path, SafeFileHandle? handle)
    {
        Path = path;
        _handle = handle;
    }

    /// <summary>Where it was when it was opened, for messages.</summary>
    internal string Path { get; }

    private int Descriptor => (int)_handle!.DangerousGetHandle(); // only asked on Linux, and not after Dispose

    /// <summary>Opens a directory by its path.</summary>
    /// <exception cref="FileSystemException">With the errno of open(2).</exception>
    internal static LocalDirectory OpenRoot(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return Directory.Exists(path)
                ? new LocalDirectory(path, null)
                : throw new FileSystemException("open", path, Interop.Libc.ENOENT);
        }

        return new LocalDirectory(
            path, Open(Interop.Libc.AT_FDCWD, path, path, Interop.Libc.O_RDONLY | Interop.Libc.O_DIRECTORY));
    }

    public void Dispose() => _handle?.Dispose();

    /// <summary>Opens a directory in this one.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="followsLinks">Whether it may be a link to one.</param>
    /// <returns>Null if there is nothing of that name, or something else than a directory.</returns>
    /// <exception cref="FileSystemException">It is there and cannot be opened, or is a link that leads nowhere.</exception>
    internal LocalDirectory? TryOpen(string name, bool followsLinks = true)
    {
        string path = PathOf(name);
        if (!OperatingSystem.IsLinux())
        {
            return Directory.Exists(path) ? new LocalDirectory(path, null) : null;
        }

        int flags = Interop.Libc.O_RDONLY | Interop.Libc.O_DIRECTORY | (followsLinks ? 0 : Interop.Libc.O_NOFOLLOW);
        try
        {
            return new LocalDirectory(path, Open(Descriptor, name, path, flags));
        }
        catch (FileSystemException e) when (e.Errno == Interop.Libc.ENOTDIR)
        {
            return null; // also a link, if none is followed
        }
        catch (FileSystemException e) when (e.Errno == Interop.Libc.ENOENT && !IsLink(name))
        {
            return null;
        }
    }

    /// <summary>Opens a directory in this one, and makes it first if it is not there, durably; 0700, or shared with the group that
    /// this one is shared with.</summary>
    /// <exception cref="FileSystemException">With the errno of mkdir(2) or open(2).</exception>
    internal LocalDirectory OpenOrCreate(string name)
    {
        if (TryOpen(name) is LocalDirectory there)
        {
            return there;
        }

        string path = PathOf(name);
        if (!OperatingSystem.IsLinux())
        {
            Directory.CreateDirectory(path);
            return new LocalDirectory(path, null);
        }

        bool isNew = Interop.Libc.mkdirat(Descriptor, in Bytes(name)[0], DirectoryMode700) == 0;
        if (isNew)
        {
            Sync();
        }
        else if (Marshal.GetLastPInvokeError() is int errno and not Interop.Libc.EEXIST)
        {
            throw new FileSystemException("mkdir", path, errno);
        }

        SafeFileHandle handle = Open(Descriptor, name, path, Interop.Libc.O_RDONLY | Interop.Libc.O_DIRECTORY);
        if (isNew && GroupBits() is uint shared and not 0)
        {
            Share(handle, path, DirectoryMode700 | SetGroupId | shared);
        }

        return new LocalDirectory(path, handle);
    }

    /// <summary>Looks at a name; links are followed.</summary>
    /// <returns>Null if there is nothing of that name.</returns>
    /// <exception cref="FileSystemException">With the errno of statx(2).</exception>
    internal LocalEntry? Look(string name)
    {
        if (!OperatingSystem.IsLinux())
        {
            FileInfo file = new(PathOf(name));
            if (file.Exists)
            {
                DateTime time = file.LastWriteTimeUtc;
                return new LocalEntry(null, file.Length, Later(time, file.CreationTimeUtc), time, default);
            }

            return Directory.Exists(file.FullName) ? LocalEntry.Odd("a directory") : null;
        }

        int errno = Stat(Descriptor, name, 0, out Interop.Libc.StatxBuffer stat);
        return errno switch
        {
            0 => Describe(in stat),
            Interop.Libc.ENOENT => IsLink(name) ? LocalEntry.Odd("a link that leads nowhere") : null,
            Interop.Libc.ENOTDIR => LocalEntry.Odd("a link that leads nowhere"),
            Interop.Libc.ELOOP => LocalEntry.Odd("a loop of links"),
            _ => throw new FileSystemException("stat", PathOf(name), errno),
        };
    }

    /// <summary>What this directory is.</summary>
    /// <exception cref="FileSystemException">With the errno of statx(2).</exception>
    internal LocalEntry LookAtItself() => Look(".")
        ?? throw new FileSystemException("stat", Path, Interop.Libc.ENOENT);

    /// <summary>Whether a file system holds it whose files another machine may stamp by its clock.</summary>
    /// <exception cref="FileSystemException">With the errno of fstatfs(2).</exception>
    internal bool IsOnAnotherMachine()
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        return Interop.Libc.fstatfs(Descriptor, out Interop.Libc.StatfsBuffer buffer) == 0
            ? ServedFileSystems.Contains((uint)buffer.Type, () => MountTypes.Of(LookAtItself().Identity.Device))
            : throw new FileSystemException("statfs", Path, Marshal.GetLastPInvokeError());
    }

    /// <summary>Opens a regular file to read. Never waits, and never opens what is something else.</summary>
    /// <returns>Null if there is nothing of that name.</returns>
    /// <param name="name">Its name.</param>
    /// <param name="instead">What has the name if it is no file; the handle is null then.</param>
    /// <exception cref="FileSystemException">With the errno of open(2).</exception>
    internal SafeFileHandle? TryOpenFile(string name, out string? instead)
    {
        LocalEntry? entry = Look(name);
        instead = entry?.What;
        if (entry is not { IsFile: true })
        {
            return null;
        }

        string path = PathOf(name);
        if (!OperatingSystem.IsLinux())
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }

        SafeFileHandle file;
        try
        {
            file = Open(
                Descriptor, name, path, Interop.Libc.O_RDONLY | Interop.Libc.O_NONBLOCK | Interop.Libc.O_NOCTTY);
        }
        catch (FileSystemException e) when (e.Errno == Interop.Libc.ENOENT)
        {
            return null; // deleted between the look and now
        }

        int errno = Stat((int)file.DangerousGetHandle(), "", Interop.Libc.AT_EMPTY_PATH, out Interop.Libc.StatxBuffer stat);
        instead = errno == 0 ? Describe(in stat).What : null;
        if (errno == 0 && instead is null)
        {
            return file;
        }

        file.Dispose();
        return errno == 0 ? null : throw new FileSystemException("stat", path, errno);
    }

    /// <summary>Creates a file that must not exist; 0600, or readable by the group that this directory is shared with.</summary>
    /// <exception cref="FileSystemException">With the errno of open(2) or fchmod(2).</exception>
    internal SafeFileHandle CreateFile(string name)
    {
        string path = PathOf(name);
        if (!OperatingSystem.IsLinux())
        {
            return File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        }

        SafeFileHandle file = Open(Descriptor, name, path, Interop.Libc.O_WRONLY | Interop.Libc.O_CREAT | Interop.Libc.O_EXCL);
        if ((GroupBits() & GroupRead) != 0)
        {
            Share(file, path, FileMode600 | GroupRead);
        }

        return file;
    }

    /// <summary>What the group may do with a directory that is shared with it, which the set-group-id bit says.</summary>
    private uint GroupBits() =>
        Stat(Descriptor, ".", 0, out Interop.Libc.StatxBuffer stat) == 0 && (stat.Mode & SetGroupId) != 0
            ? stat.Mode & GroupAll
            : 0;

    private static void Share(SafeFileHandle handle, string path, uint mode)
    {
        if (Interop.Libc.fchmod((int)handle.DangerousGetHandle(), mode) != 0)
        {
            int errno = Marshal.GetLastPInvokeError();
            handle.Dispose();
            throw new FileSystemException("chmod", path, errno);
        }
    }

    /// <summary>Gives a finished file its name, unless the name is taken.</summary>
    /// <returns>False when the name is taken; then <paramref name="temporary"/> is still there.</returns>
    /// <exception cref="FileSystemException">With the errno of renameat2(2) or linkat(2).</exception>
    internal bool TryRename(string temporary, string name)
    {
        if (!OperatingSystem.IsLinux())
        {
            try
            {
                File.Move(PathOf(temporary), PathOf(name), overwrite: false);
                return true;
            }
            catch (IOException) when (File.Exists(PathOf(name)))
            {
                return false;
            }
        }

        if (Interop.Libc.renameat2(Descriptor, temporary, Descriptor, name, Interop.Libc.RENAME_NOREPLACE) == 0)
        {
            return true;
        }

        int errno = Marshal.GetLastPInvokeError();
        if (errno is Interop.Libc.EINVAL or Interop.Libc.ENOSYS or Interop.Libc.EOPNOTSUPP)
        {
            return TryRenameByLink(temporary, name); // NFS and others know no RENAME_NOREPLACE
        }

        return errno == Interop.Libc.EEXIST ? false : throw new FileSystemException("rename", PathOf(name), errno);
    }

    /// <summary>Gives a finished file its name and takes it from the file that had it.</summary>
    /// <exception cref="FileSystemException">With the errno of renameat2(2).</exception>
    internal void Replace(string temporary, string name)
    {
        if (!OperatingSystem.IsLinux())
        {
            File.Move(PathOf(temporary), PathOf(name), overwrite: true);
        }
        else if (Interop.Libc.renameat2(Descriptor, temporary, Descriptor, name, 0) != 0)
        {
            throw new FileSystemException("rename", PathOf(name), Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>Removes a file; nothing happens when there is none. A link is removed itself.</summary>
    /// <exception cref="FileSystemException">With the errno of unlink(2).</exception>
    internal void Delete(string name)
    {
        if (!OperatingSystem.IsLinux())
        {
            File.Delete(PathOf(name));
        }
        else if (Interop.Libc.unlinkat(Descriptor, in Bytes(name)[0], 0) != 0
            && Marshal.GetLastPInvokeError() is int errno and not Interop.Libc.ENOENT)
        {
            throw new FileSystemException("unlink", PathOf(name), errno);
        }
    }

    /// <summary>Makes new and removed names survive a crash.</summary>
    /// <exception cref="FileSystemException">With the errno of fsync(2).</exception>
    internal void Sync()
    {
        if (_handle is not null)
        {
            LocalFiles.Sync(_handle, Path);
        }
    }

    /// <summary>The names in this directory but <c>.</c> and <c>..</c>, all of them or an error.</summary>
    /// <exception cref="FileSystemException">With the errno of getdents64(2).</exception>
    internal List<string> Names()
    {
        if (!OperatingSystem.IsLinux())
        {
            return [.. new DirectoryInfo(Path).EnumerateFileSystemInfos().Select(entry => entry.Name)];
        }

        // A descriptor of its own, so that a second listing begins at the first name again.
        using SafeFileHandle handle = Open(Descriptor, ".", Path, Interop.Libc.O_RDONLY | Interop.Libc.O_DIRECTORY);
        List<string> names = [];
        byte[] entries = new byte[EntriesLength];
        while (true)
        {
            nint count = Interop.Libc.getdents64((int)handle.DangerousGetHandle(), ref entries[0], entries.Length);
            if (count < 0)
            {
                int errno = Marshal.GetLastPInvokeError();
                if (errno == Interop.Libc.EINTR)
                {
                    continue;
                }

                throw new FileSystemException("list", Path, errno);
            }

            if (count == 0)
            {
                return names;
            }

            AddNames(entries.AsSpan(0, (int)count), names);
        }
    }

    private static void AddNames(ReadOnlySpan<byte> entries, List<string> names)
    {
        // struct linux_dirent64: inode and offset of 8 bytes, length of 2, type of 1, the name and a NUL
        const int LengthOffset = 16;
        const int NameOffset = 19;
        while (!entries.IsEmpty)
        {
            int length = MemoryMarshal.Read<ushort>(entries[LengthOffset..]);
            ReadOnlySpan<byte> name = entries[NameOffset..length];
            name = name[..name.IndexOf((byte)0)];
            if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
            {
                names.Add(Encoding.UTF8.GetString(name));
            }

            entries = entries[length..];
        }
    }

    private static byte[] Bytes(string name)
    {
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(name) + 1]; // the last is the NUL
        Encoding.UTF8.GetBytes(name, bytes);
        return bytes;
    }

    private static DateTimeOffset Later(DateTime one, DateTime other) => one > other ? one : other;

    private static LocalEntry Describe(in Interop.Libc.StatxBuffer stat)
    {
        string? what = (stat.Mode & Interop.Libc.S_IFMT) switch
        {
            Interop.Libc.S_IFREG => null,
            Interop.Libc.S_IFDIR => "a directory",
            Interop.Libc.S_IFIFO => "a fifo",
            Interop.Libc.S_IFSOCK => "a socket",
            Interop.Libc.S_IFCHR or Interop.Libc.S_IFBLK => "a device",
            _ => "something that is no file",
        };

        // A copying tool may have set the modification time back; the birth of the file is when it came here.
        DateTimeOffset written = TimeOf(in stat.Modified);
        DateTimeOffset born = (stat.Mask & Interop.Libc.STATX_BTIME) != 0 ? TimeOf(in stat.Birth) : written;
        ulong device = ((ulong)stat.DeviceMajor << 32) | stat.DeviceMinor;
        return new LocalEntry(
            what, what is null ? (long)stat.Size : 0, born > written ? born : written, written, (device, stat.Inode));
    }

    private static DateTimeOffset TimeOf(in Interop.Libc.StatxTimestamp time)
    {
        long seconds = Math.Clamp(
            time.Seconds, DateTimeOffset.MinValue.ToUnixTimeSeconds(), DateTimeOffset.MaxValue.ToUnixTimeSeconds());
        return DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(time.Nanoseconds / TimeSpan.NanosecondsPerTick);
    }

    private static int Stat(int directory, string name, int flags, out Interop.Libc.StatxBuffer stat)
    {
        uint mask = Interop.Libc.STATX_BASIC_STATS | Interop.Libc.STATX_BTIME;
        return Interop.Libc.statx(directory, in Bytes(name)[0], flags, mask, out stat) == 0
            ? 0
            : Marshal.GetLastPInvokeError();
    }

    private static SafeFileHandle Open(int directory, string name, string path, int flags)
    {
        byte[] bytes = Bytes(name);
        while (true)
        {
            int fd = Interop.Libc.openat(directory, in bytes[0], flags | Interop.Libc.O_CLOEXEC, FileMode600);
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

    private string PathOf(string name) => System.IO.Path.Combine(Path, name);

    private bool IsLink(string name) =>
        Stat(Descriptor, name, Interop.Libc.AT_SYMLINK_NOFOLLOW, out Interop.Libc.StatxBuffer stat) == 0
        && (stat.Mode & Interop.Libc.S_IFMT) == Interop.Libc.S_IFLNK;

    private bool TryRenameByLink(string temporary, string name)
    {
        if (Interop.Libc.linkat(Descriptor, in Bytes(temporary)[0], Descriptor, in Bytes(name)[0], 0) != 0)
        {
            int errno = Marshal.GetLastPInvokeError();
            return errno == Interop.Libc.EEXIST ? false : throw new FileSystemException("link", PathOf(name), errno);
        }

        Delete(temporary);
        return true;
    }
}
