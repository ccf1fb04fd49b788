using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace SnapFs.Testing.Trees;

/// <summary>
/// An open directory and the operations below it, all relative to its descriptor, so that names are raw bytes and no
/// path is ever longer than one name. Failures throw <see cref="IOException"/> with the errno in its message.
/// </summary>
internal sealed unsafe class DirectoryHandle : IDisposable
{
    private int descriptor;

    private DirectoryHandle(int descriptor)
    {
        this.descriptor = descriptor;
    }

    public int Descriptor => descriptor;

    /// <summary>Opens a directory by path, following links as a shell would.</summary>
    public static DirectoryHandle Open(string path) => OpenAt(Libc.AtFdCwd, Encoding.UTF8.GetBytes(path), 0);

    /// <summary>Opens a directory below this one, never through a symbolic link.</summary>
    public DirectoryHandle Enter(ReadOnlySpan<byte> name) =>
        OpenAt(descriptor, name, Libc.OpenNoFollow);

    /// <summary>Makes a directory and opens it.</summary>
    public DirectoryHandle MakeDirectory(ReadOnlySpan<byte> name)
    {
        fixed (byte* path = RawName.ToCString(name))
        {
            Check(Libc.mkdirat(descriptor, path, 0b111_101_101), "mkdirat", name);
        }

        return Enter(name);
    }

    /// <summary>Makes a regular file with the given content and returns nothing open.</summary>
    public void WriteFile(ReadOnlySpan<byte> name, ReadOnlySpan<byte> content) =>
        WriteFile(name, content.Length, content.Length == 0 ? [] : [(0L, content.ToArray())]);

    /// <summary>
    /// Makes a regular file of a length whose only written parts are the given pieces; the rest are holes.
    /// </summary>
    public void WriteFile(ReadOnlySpan<byte> name, long length, IEnumerable<(long Offset, byte[] Data)> pieces)
    {
        int file = OpenFile(name, Libc.OpenReadWrite | Libc.OpenCreate | Libc.OpenExclusive);
        try
        {
            Check(Libc.ftruncate(file, length), "ftruncate", name);
            foreach ((long offset, byte[] data) in pieces)
            {
                fixed (byte* buffer = data)
                {
                    for (int written = 0; written < data.Length;)
                    {
                        nint count = Libc.pwrite(
                            file, buffer + written, (nuint)(data.Length - written), offset + written);
                        Check(count, "pwrite", name);
                        written += (int)count;
                    }
                }
            }
        }
        finally
        {
            _ = Libc.close(file);
        }
    }

    public int OpenFile(ReadOnlySpan<byte> name, int flags)
    {
        fixed (byte* path = RawName.ToCString(name))
        {
            return (int)Check(
                Libc.openat(descriptor, path, flags | Libc.OpenNoFollow | Libc.OpenCloseOnExec, 0b110_100_100),
                "openat",
                name);
        }
    }

    public void MakeSymlink(ReadOnlySpan<byte> name, ReadOnlySpan<byte> target)
    {
        fixed (byte* path = RawName.ToCString(name), to = RawName.ToCString(target))
        {
            Check(Libc.symlinkat(to, descriptor, path), "symlinkat", name);
        }
    }

    /// <param name="name">The new node.</param>
    /// <param name="mode">File type and permission bits.</param>
    /// <param name="major">Device major number, 0 for fifos and sockets.</param>
    /// <param name="minor">Device minor number, 0 for fifos and sockets.</param>
    public void MakeNode(ReadOnlySpan<byte> name, uint mode, uint major = 0, uint minor = 0)
    {
        // gnu_dev_makedev: 12 low bits of the major from bit 8, its rest from bit 32; the minor around it.
        ulong device = ((ulong)(major & 0xfff) << 8) | ((ulong)(major & 0xfffff000) << 32)
            | (minor & 0xff) | ((ulong)(minor & 0xffffff00) << 12);
        fixed (byte* path = RawName.ToCString(name))
        {
            Check(Libc.mknodat(descriptor, path, mode, device), "mknodat", name);
        }
    }

    public void MakeHardLink(ReadOnlySpan<byte> existing, DirectoryHandle directory, ReadOnlySpan<byte> name)
    {
        fixed (byte* from = RawName.ToCString(existing), to = RawName.ToCString(name))
        {
            Check(Libc.linkat(descriptor, from, directory.descriptor, to, 0), "linkat", name);
        }
    }

    public void Remove(ReadOnlySpan<byte> name, bool isDirectory)
    {
        fixed (byte* path = RawName.ToCString(name))
        {
            Check(Libc.unlinkat(descriptor, path, isDirectory ? Libc.AtRemoveDir : 0), "unlinkat", name);
        }
    }

    public void SetOwner(ReadOnlySpan<byte> name, uint user, uint group)
    {
        fixed (byte* path = RawName.ToCString(name))
        {
            Check(Libc.fchownat(descriptor, path, user, group, Libc.AtSymlinkNoFollow), "fchownat", name);
        }
    }

    public void SetMode(ReadOnlySpan<byte> name, uint mode)
    {
        fixed (byte* path = RawName.ToCString(name))
        {
            Check(Libc.fchmodat(descriptor, path, mode, 0), "fchmodat", name);
        }
    }

    /// <summary>
    /// Sets access and modification time; what the file system cannot hold, it clamps by its own rules.
    /// </summary>
    public void SetTimes(ReadOnlySpan<byte> name, long seconds, long nanoseconds)
    {
        Libc.Timespec* times = stackalloc Libc.Timespec[2];
        times[0] = new Libc.Timespec { Seconds = seconds, Nanoseconds = nanoseconds };
        times[1] = times[0];
        fixed (byte* path = RawName.ToCString(name))
        {
            Check(Libc.utimensat(descriptor, path, times, Libc.AtSymlinkNoFollow), "utimensat", name);
        }
    }

    public void SetXattr(ReadOnlySpan<byte> name, string attribute, ReadOnlySpan<byte> value)
    {
        fixed (byte* path = PathThroughProc(name), key = RawName.ToCString(attribute), data = value)
        {
            Check(Libc.lsetxattr(path, key, data, (nuint)value.Length, 0), "lsetxattr " + attribute, name);
        }
    }

    /// <summary>Attributes of an entry, of the link itself if it is one. An empty name means this directory.</summary>
    public Libc.StatxBuffer Stat(ReadOnlySpan<byte> name)
    {
        Libc.StatxBuffer buffer;
        int flags = name.IsEmpty ? Libc.AtEmptyPath : Libc.AtSymlinkNoFollow;
        fixed (byte* path = RawName.ToCString(name))
        {
            Check(Libc.statx(descriptor, path, flags, Libc.StatxBasicAndBirth, &buffer), "statx", name);
        }

        return buffer;
    }

    public byte[] ReadLink(ReadOnlySpan<byte> name)
    {
        byte[] target = new byte[8192];
        fixed (byte* path = RawName.ToCString(name), buffer = target)
        {
            nint length = Check(
                Libc.readlinkat(descriptor, path, buffer, (nuint)target.Length), "readlinkat", name);
            return target[..(int)length];
        }
    }

    /// <summary>All extended attributes of an entry, sorted by name; none where the file system has none.</summary>
    public SortedDictionary<string, byte[]> ReadXattrs(ReadOnlySpan<byte> name)
    {
        SortedDictionary<string, byte[]> found = new(StringComparer.Ordinal);
        byte[] path = PathThroughProc(name);
        byte[] names = new byte[65536];
        nint length;
        fixed (byte* p = path, buffer = names)
        {
            length = Libc.llistxattr(p, buffer, (nuint)names.Length);
        }

        if (length < 0 && Marshal.GetLastPInvokeError() == Libc.ErrnoNotSupported)
        {
            return found;
        }

        Check(length, "llistxattr", name);
        foreach (Range range in names.AsSpan(0, (int)length).Split((byte)0))
        {
            ReadOnlySpan<byte> attribute = names.AsSpan()[range];
            if (!attribute.IsEmpty)
            {
                found.Add(RawName.Escape(attribute), ReadXattr(path, attribute, name));
            }
        }

        return found;
    }

    /// <summary>Names in this directory without <c>.</c> and <c>..</c>, sorted bytewise.</summary>
    public List<byte[]> ReadNames()
    {
        List<byte[]> names = [];
        byte[] block = new byte[1 << 17];
        fixed (byte* buffer = block)
        {
            while (true)
            {
                int length = (int)Check(
                    Libc.getdents64(descriptor, buffer, (nuint)block.Length), "getdents64", default);
                if (length == 0)
                {
                    break;
                }

                for (int offset = 0; offset < length;)
                {
                    // struct linux_dirent64: inode 8, offset 8, record length 2, type 1, name with its zero.
                    int recordLength = MemoryMarshal.Read<ushort>(block.AsSpan(offset + 16));
                    ReadOnlySpan<byte> name = block.AsSpan(offset + 19, recordLength - 19);
                    name = name[..name.IndexOf((byte)0)];
                    if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
                    {
                        names.Add(name.ToArray());
                    }

                    offset += recordLength;
                }
            }
        }

        names.Sort((a, b) => a.AsSpan().SequenceCompareTo(b));
        return names;
    }

    public void Dispose()
    {
        if (descriptor >= 0)
        {
            _ = Libc.close(descriptor);
            descriptor = -1;
        }
    }

    /// <summary>Turns a negative result of a system call into an exception that names call and entry.</summary>
    public static nint Check(nint result, string call, ReadOnlySpan<byte> name)
    {
        if (result < 0)
        {
            int errno = Marshal.GetLastPInvokeError();
            throw new IOException(
                $"{call} of {RawName.Escape(name)}: {Marshal.GetPInvokeErrorMessage(errno)} (errno {errno})", errno);
        }

        return result;
    }

    private static DirectoryHandle OpenAt(int directory, ReadOnlySpan<byte> name, int extraFlags)
    {
        fixed (byte* path = RawName.ToCString(name))
        {
            int flags = Libc.OpenDirectory | Libc.OpenCloseOnExec | extraFlags;
            return new DirectoryHandle((int)Check(Libc.openat(directory, path, flags, 0), "openat", name));
        }
    }

    private static byte[] ReadXattr(byte[] path, ReadOnlySpan<byte> attribute, ReadOnlySpan<byte> name)
    {
        byte[] value = new byte[65536];
        fixed (byte* p = path, key = RawName.ToCString(attribute), buffer = value)
        {
            nint length = Check(
                Libc.lgetxattr(p, key, buffer, (nuint)value.Length), "lgetxattr " + RawName.Escape(attribute), name);
            return value[..(int)length];
        }
    }

    /// <summary>The xattr calls take no descriptor and a name, but a path through /proc is the same thing.</summary>
    private byte[] PathThroughProc(ReadOnlySpan<byte> name)
    {
        string prefix = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{descriptor}/");
        byte[] start = Encoding.ASCII.GetBytes(name.IsEmpty ? prefix + "." : prefix);
        return RawName.ToCString((ReadOnlySpan<byte>)[.. start, .. name]);
    }
}
