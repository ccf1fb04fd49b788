using SnapFs.Posix.Files;
using SnapFs.Trees;

namespace SnapFs.Files.Restores;

internal sealed partial class NodeRestorer
{
    private static readonly int s_openNoFollow = Interop.Libc.O_NOFOLLOW | Interop.Libc.O_CLOEXEC;

    /// <summary>Makes a new file under a name that is free; nothing is left of one that fails.</summary>
    private bool TryCreate(RestorePlace place, byte[] name, RestorePath path, in NodeView node, TreePage page)
    {
        if (IsDry)
        {
            CountAsWritten(path, in node, page);
            return true;
        }

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

    private void CountAsWritten(RestorePath path, in NodeView node, TreePage page)
    {
        MetadataWriter.Access wanted = _context.Metadata.AccessOf(in node, page);
        _context.Metadata.Count(in wanted, path);
        _context.Metadata.CountIfNotOwned(in wanted, _services.User);
        if (node.Type == NodeType.File)
        {
            _context.BytesWritten += ContentWriter.DataBytes(in node);
            _context.Verified += _services.Options.Verify ? 1 : 0;
        }
    }

    private bool TryCreateFile(
        RestorePlace place, byte[] name, RestorePath path, in NodeView node, TreePage page, ref bool isMade)
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

            SetMetadata(fd, isPathOnly: false, in node, page, path);
            return true;
        }
        finally
        {
            _ = Interop.Libc.close(fd);
        }
    }

    /// <summary>Whether the disk gives back what was written: it is flushed and then dropped from the page cache, which is a request
    /// that the kernel grants where it can.</summary>
    private bool IsRight(int fd, RestorePath path, in NodeView node)
    {
        if (Interop.Libc.fdatasync(fd) != 0)
        {
            _services.AddError(path, "cannot write", Interop.Libc.Errno);
            return false;
        }

        _ = FileStat.Of(fd, out FileStat before);
        ContentWriter.Forget(fd);
        int error = _context.Content.Compare(fd, in node, out bool isEqual);
        if (error != 0)
        {
            _services.AddError(path, "cannot read back what was written", error);
            return false;
        }

        if (isEqual)
        {
            _context.Verified++;
            return true;
        }

        if (FileStat.Of(fd, out FileStat after) == 0 && after.IsSameContent(in before))
        {
            _services.AddProblem(
                path,
                ErrorKind.Target,
                "does not read back as it was written: the disk, its driver or the memory of this machine is faulty");
        }
        else
        {
            _services.AddProblem(path, ErrorKind.Changed, "was changed by another program while the restore ran");
        }

        return false;
    }

    private bool TryCreateOther(
        RestorePlace place, byte[] name, RestorePath path, in NodeView node, TreePage page, ref bool isMade)
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
        int fd = Descriptors.Open(place.Descriptor, in name[0], Interop.Libc.O_PATH | s_openNoFollow);
        if (fd < 0)
        {
            _services.AddError(path, "cannot open", -fd);
            return false;
        }

        try
        {
            if (!IsMadeHere(fd, place, in node))
            {
                _services.AddProblem(path, ErrorKind.Changed, "was replaced while the restore ran");
                isMade = false;
                return false;
            }

            SetMetadata(fd, isPathOnly: true, in node, page, path);
            return true;
        }
        finally
        {
            _ = Interop.Libc.close(fd);
        }
    }

    /// <summary>Whether what was opened can be what was made a moment ago. Whoever may write to the directory can put something else in
    /// its place, such as a further name of a file of somebody else, which must not be given away.</summary>
    private bool IsMadeHere(int fd, RestorePlace place, in NodeView node)
    {
        byte empty = 0;
        return FileStat.Of(fd, out FileStat stat) == 0
            && stat.Type == node.Type
            && stat.LinkCount == 1
            && (place.IsTrusted || _services.IsOwn(in stat, place.Descriptor))
            && (node.Type is not (NodeType.CharacterDevice or NodeType.BlockDevice) || stat.DeviceNumber == node.DeviceNumber)
            && (node.Type != NodeType.Symlink || HasTarget(fd, in empty, node.Target));
    }

    private void SetMetadata(int fd, bool isPathOnly, in NodeView node, TreePage page, RestorePath path)
    {
        MetadataWriter.Access wanted = _context.Metadata.AccessOf(in node, page);
        _context.Metadata.Count(in wanted, path);
        _context.Metadata.Set(fd, isPathOnly, in node, in wanted, path);
        if (node.LinkCount > 1)
        {
            _ = FileStat.Of(fd, out _restored);
        }
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

    /// <summary>Keeps a file whose content is right and sets the rest of it, if that changes this file alone.</summary>
    /// <returns>Whether it is right now; null if it must be replaced instead.</returns>
    private bool? TryKeep(
        RestorePlace place, byte[] name, RestorePath path, in NodeView node, TreePage page, in FileStat existing)
    {
        bool isPathOnly = node.Type != NodeType.File;
        int flags = isPathOnly
            ? Interop.Libc.O_PATH
            : Interop.Libc.O_RDONLY | Interop.Libc.O_NONBLOCK | Interop.Libc.O_NOCTTY;
        int fd = Descriptors.Open(place.Descriptor, in name[0], flags | s_openNoFollow);
        if (fd < 0 && !isPathOnly && fd != -Interop.Libc.ENOENT)
        {
            // Its owner may be refused to read it, and somebody may hold a lease.
            isPathOnly = true;
            fd = Descriptors.Open(place.Descriptor, in name[0], Interop.Libc.O_PATH | s_openNoFollow);
        }

        if (fd < 0)
        {
            _services.AddError(path, "cannot open", -fd);
            return false;
        }

        try
        {
            if (FileStat.Of(fd, out FileStat stat) != 0 || !stat.IsSameInode(in existing) || stat.Type != node.Type)
            {
                _services.AddProblem(path, ErrorKind.Changed, "was replaced while the restore ran");
                return false;
            }

            MetadataWriter.Access wanted = _context.Metadata.AccessOf(in node, page);
            bool isChanged = _context.Metadata.Differs(fd, isPathOnly, in node, in wanted, in stat);
            if (isChanged && !IsOnlyHere(in stat, place, in wanted))
            {
                return null;
            }

            _context.Metadata.Count(in wanted, path);
            if (isChanged)
            {
                if (!IsDry)
                {
                    _context.Metadata.Set(fd, isPathOnly, in node, in wanted, path);
                }

                _services.Report(RestoreChange.Attributes, path);
            }

            if (!isChanged || IsDry)
            {
                _context.Metadata.CountIfNotOwned(in wanted, stat.UserId);
            }

            _ = FileStat.Of(fd, out _restored);
            return true;
        }
        finally
        {
            _ = Interop.Libc.close(fd);
        }
    }

    /// <summary>Whether a change of a file changes nothing outside of the target: it has no further names, and nobody but root could
    /// have put a file of somebody else here to have it given away.</summary>
    private bool IsOnlyHere(in FileStat stat, RestorePlace place, in MetadataWriter.Access wanted) =>
        stat.LinkCount <= 1 && (place.IsTrusted || !_services.IsRoot || stat.UserId == wanted.User);

    private bool ReadsTheSame(RestorePlace place, byte[] name, in NodeView node)
    {
        const int Flags = Interop.Libc.O_RDONLY | Interop.Libc.O_NONBLOCK | Interop.Libc.O_NOCTTY;
        int fd = Descriptors.Open(place.Descriptor, in name[0], Flags | s_openNoFollow);
        if (fd < 0)
        {
            return false; // it is then replaced, or that fails with a message
        }

        ContentWriter.Forget(fd);
        int error = _context.Content.Compare(fd, in node, out bool isEqual);
        _ = Interop.Libc.close(fd);
        _context.Verified += error == 0 && isEqual ? 1 : 0;
        return error == 0 && isEqual;
    }
}
