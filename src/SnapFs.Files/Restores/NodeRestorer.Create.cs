using SnapFs.Posix.Files;
using SnapFs.Trees;

namespace SnapFs.Files.Restores;

internal sealed partial class NodeRestorer
{
    private static readonly int s_openNoFollow = Interop.Libc.O_NOFOLLOW | Interop.Libc.O_CLOEXEC;

    /// <summary>Makes a new file under a name that is free; nothing is left of one that fails.</summary>
    private bool TryCreate(RestorePlace place, byte[] name, byte[] path, in NodeView node, TreePage page)
    {
        bool isDone = false;
        bool isMade = false;
        try
        {
            isDone = node.Type == NodeType.File
                ? TryCreateFile(place, name, path, in node, page, ref isMade)
                : TryCreateOther(place, name, path, in node, page, ref isMade);
        }
        finally
        {
            if (!isDone && isMade)
            {
                _ = Interop.Libc.unlinkat(place.Descriptor, in name[0], 0);
            }
        }

        return isDone;
    }

    private bool TryCreateFile(
        RestorePlace place, byte[] name, byte[] path, in NodeView node, TreePage page, ref bool isMade)
    {
        const int Flags = Interop.Libc.O_RDWR | Interop.Libc.O_CREAT | Interop.Libc.O_EXCL | Interop.Libc.O_NOCTTY;
        int fd = Descriptors.Open(place.Descriptor, in name[0], Flags | s_openNoFollow, 0x180); // 0600
        if (fd < 0)
        {
            _services.AddError(path, "cannot create the file", -fd);
            return false;
        }

        isMade = true;
        try
        {
            int error = _context.Content.Write(fd, in node);
            if (error != 0)
            {
                _services.AddError(path, "cannot write", error);
                return false;
            }

            if (_services.Options.Verify && !IsRight(fd, path, in node))
            {
                return false;
            }

            _context.Metadata.Apply(fd, isPathOnly: false, in node, page, path);
            return true;
        }
        finally
        {
            _ = Interop.Libc.close(fd);
        }
    }

    private bool IsRight(int fd, byte[] path, in NodeView node)
    {
        int error = _context.Content.Compare(fd, in node, out bool isEqual);
        if (error == 0 && isEqual)
        {
            _context.Verified++;
            return true;
        }

        _services.Problems.Add(path, "does not read back as it was written: the disk or its driver is faulty");
        return false;
    }

    private bool TryCreateOther(
        RestorePlace place, byte[] name, byte[] path, in NodeView node, TreePage page, ref bool isMade)
    {
        int result = node.Type switch
        {
            NodeType.Symlink => Interop.Libc.symlinkat(
                in RawPath.Terminate(node.Target)[0], place.Descriptor, in name[0]),
            NodeType.Fifo => MakeNode(place, name, Interop.Libc.S_IFIFO, 0),
            NodeType.Socket => MakeNode(place, name, Interop.Libc.S_IFSOCK, 0),
            NodeType.CharacterDevice => MakeNode(place, name, Interop.Libc.S_IFCHR, node.DeviceNumber),
            NodeType.BlockDevice => MakeNode(place, name, Interop.Libc.S_IFBLK, node.DeviceNumber),
            _ => throw new ArgumentOutOfRangeException(nameof(node), node.Type, "not a file"),
        };
        if (result != 0)
        {
            _services.AddError(path, $"cannot make the {Kind(node.Type)}", Interop.Libc.Errno);
            return false;
        }

        isMade = true;
        return TryFixMetadata(place, name, path, in node, page);
    }

    private static int MakeNode(RestorePlace place, byte[] name, uint type, ulong device) =>
        Interop.Libc.mknodat(place.Descriptor, in name[0], type | 0x180, NativeDevice(device)); // 0600

    /// <summary>glibc's <c>makedev</c>.</summary>
    private static ulong NativeDevice(ulong device)
    {
        ulong major = device >> 32;
        ulong minor = device & uint.MaxValue;
        return ((major & 0xFFF) << 8) | ((major & 0xFFFFF000) << 32) | (minor & 0xFF) | ((minor & 0xFFFFFF00) << 12);
    }

    private static string Kind(NodeType type) => type switch
    {
        NodeType.Symlink => "symlink",
        NodeType.Fifo => "fifo",
        NodeType.Socket => "socket",
        _ => "device",
    };

    private bool TryFixMetadata(RestorePlace place, byte[] name, byte[] path, in NodeView node, TreePage page)
    {
        bool isFile = node.Type == NodeType.File;
        int flags = isFile
            ? Interop.Libc.O_RDONLY | Interop.Libc.O_NONBLOCK | Interop.Libc.O_NOCTTY
            : Interop.Libc.O_PATH;
        int fd = Descriptors.Open(place.Descriptor, in name[0], flags | s_openNoFollow);
        if (fd < 0)
        {
            _services.AddError(path, "cannot open", -fd);
            return false;
        }

        try
        {
            // Only what is still of that type is touched: another may have taken the name.
            if (FileStat.Of(fd, out FileStat stat) != 0 || stat.Type != node.Type)
            {
                _services.Problems.Add(path, "was replaced while the restore ran");
                return false;
            }

            _context.Metadata.Apply(fd, !isFile, in node, page, path);
            return true;
        }
        finally
        {
            _ = Interop.Libc.close(fd);
        }
    }

    private bool HasContent(RestorePlace place, byte[] name, in NodeView node)
    {
        const int Flags = Interop.Libc.O_RDONLY | Interop.Libc.O_NONBLOCK | Interop.Libc.O_NOCTTY;
        int fd = Descriptors.Open(place.Descriptor, in name[0], Flags | s_openNoFollow);
        if (fd < 0)
        {
            return false; // it is then replaced, or that fails with a message
        }

        int error = _context.Content.Compare(fd, in node, out bool isEqual);
        _ = Interop.Libc.close(fd);
        _context.Verified += error == 0 && isEqual ? 1 : 0;
        return error == 0 && isEqual;
    }
}
