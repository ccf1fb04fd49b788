using SnapFs.Trees;

namespace SnapFs.Posix.Files;

/// <summary>What <c>statx</c> said about a file, cut to what trees record.</summary>
internal struct FileStat
{
    public uint RawMode;
    public uint UserId;
    public uint GroupId;
    public uint LinkCount;
    public ulong Inode;
    public ulong Device;
    public ulong DeviceNumber;
    public long Size;
    public long Blocks;
    public Timestamp Modified;
    public Timestamp Changed;
    public Timestamp Birth;
    public bool HasBirth;

    /// <summary>Whether something is mounted there: the root of another file system or of a part of this one. False on
    /// kernels before 5.8, which do not say.</summary>
    public bool IsMountRoot;

    private const uint Mask = Interop.Libc.STATX_BASIC_STATS | Interop.Libc.STATX_BTIME;

    /// <summary>Permission, set-id and sticky bits.</summary>
    public readonly uint Mode => RawMode & 0xFFF;

    /// <summary>The kind of file; 0 if it has none that trees know.</summary>
    public readonly NodeType Type => (RawMode & Interop.Libc.S_IFMT) switch
    {
        Interop.Libc.S_IFREG => NodeType.File,
        Interop.Libc.S_IFDIR => NodeType.Directory,
        Interop.Libc.S_IFLNK => NodeType.Symlink,
        Interop.Libc.S_IFCHR => NodeType.CharacterDevice,
        Interop.Libc.S_IFBLK => NodeType.BlockDevice,
        Interop.Libc.S_IFIFO => NodeType.Fifo,
        Interop.Libc.S_IFSOCK => NodeType.Socket,
        _ => 0,
    };

    /// <summary>Whether both are the same inode.</summary>
    public readonly bool IsSameInode(in FileStat other) => Inode == other.Inode && Device == other.Device;

    /// <summary>Whether nothing was written between the two looks.</summary>
    public readonly bool IsSameContent(in FileStat other) => IsSameInode(in other)
        && Size == other.Size
        && Modified == other.Modified
        && Changed == other.Changed;

    /// <summary>Looks at a name in a directory; a symlink is itself looked at.</summary>
    /// <returns>0 or an errno.</returns>
    public static int At(int directory, ref readonly byte name, out FileStat stat)
    {
        int flags = Interop.Libc.AT_SYMLINK_NOFOLLOW | Interop.Libc.AT_NO_AUTOMOUNT;
        return Call(directory, in name, flags, out stat);
    }

    /// <summary>Looks at an absolute path, following symlinks.</summary>
    /// <returns>0 or an errno.</returns>
    public static int Follow(ref readonly byte path, out FileStat stat) =>
        Call(Interop.Libc.AT_FDCWD, in path, Interop.Libc.AT_NO_AUTOMOUNT, out stat);

    /// <summary>Looks at an open file.</summary>
    /// <returns>0 or an errno.</returns>
    public static int Of(int fd, out FileStat stat)
    {
        byte empty = 0;
        return Call(fd, in empty, Interop.Libc.AT_EMPTY_PATH, out stat);
    }

    /// <summary>The inodes of the directories that exist of a list of paths.</summary>
    public static IReadOnlyList<FileStat> Identify(IEnumerable<string> directories)
    {
        List<FileStat> result = [];
        foreach (string directory in directories)
        {
            if (Follow(in RawPath.Terminate(RawPath.FromText(directory))[0], out FileStat stat) == 0)
            {
                result.Add(stat);
            }
        }

        return result;
    }

    private static int Call(int directory, ref readonly byte path, int flags, out FileStat stat)
    {
        if (Interop.Libc.statx(directory, in path, flags, Mask, out Interop.Libc.StatxBuffer raw) != 0)
        {
            stat = default;
            return Interop.Libc.Errno;
        }

        stat = new FileStat
        {
            RawMode = raw.Mode,
            UserId = raw.UserId,
            GroupId = raw.GroupId,
            LinkCount = raw.LinkCount,
            Inode = raw.Inode,
            Device = Join(raw.DeviceMajor, raw.DeviceMinor),
            DeviceNumber = Join(raw.DeviceNumberMajor, raw.DeviceNumberMinor),
            Size = Cut(raw.Size),
            Blocks = Cut(raw.Blocks),
            Modified = Time(in raw.Modified),
            Changed = Time(in raw.Changed),
            Birth = Time(in raw.Birth),
            HasBirth = (raw.Mask & Interop.Libc.STATX_BTIME) != 0,
            IsMountRoot = (raw.Attributes & raw.AttributesMask & Interop.Libc.STATX_ATTR_MOUNT_ROOT) != 0,
        };
        return 0;
    }

    /// <summary>File systems in user space say what they like: a number beyond 63 bits is the greatest one.</summary>
    private static long Cut(ulong number) => number > long.MaxValue ? long.MaxValue : (long)number;

    /// <summary>The same for parts of a second.</summary>
    private static Timestamp Time(ref readonly Interop.Libc.StatxTimestamp time) =>
        new(time.Seconds, Math.Min(time.Nanoseconds, 999_999_999));

    private static ulong Join(uint major, uint minor) => ((ulong)major << 32) | minor;
}
