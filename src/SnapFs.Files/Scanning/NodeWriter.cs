using SnapFs.Binary;
using SnapFs.Files.Workers;
using SnapFs.Posix.Files;
using SnapFs.Trees;

namespace SnapFs.Files.Scanning;

/// <summary>Makes the nodes of everything but directories. One for each worker.</summary>
internal sealed class NodeWriter
{
    /// <summary>How often a file that changes while it is read is read.</summary>
    private const int Attempts = 2;

    private readonly WalkServices _services;
    private readonly WorkerContext _context;
    private readonly byte[] _target = GC.AllocateUninitializedArray<byte>(TreeLimits.MaxTarget + 1, pinned: true);

    public NodeWriter(WalkServices services, WorkerContext context)
    {
        _services = services;
        _context = context;
    }

    /// <summary>Fills the fields that every type has.</summary>
    public static NodeView From(ReadOnlySpan<byte> name, in FileStat stat) => new()
    {
        Name = name,
        Type = stat.Type,
        Mode = stat.Mode,
        UserId = stat.UserId,
        GroupId = stat.GroupId,
        Modified = stat.Modified,
        Changed = stat.Changed,
        Birth = stat.Birth,
        HasBirth = stat.HasBirth,
        Inode = stat.Inode,
        Device = stat.Device,
        LinkCount = stat.LinkCount,
    };

    /// <summary>Appends the node of a file, symlink, device, fifo or socket. What is wrong becomes a problem.</summary>
    /// <param name="pool">Helps with large files.</param>
    /// <param name="place">Where the file is.</param>
    /// <param name="seen">What it was when the directory was read.</param>
    /// <param name="output">Where the node is appended.</param>
    /// <returns>False if there is no node.</returns>
    public bool TryWrite(WorkerPool<WorkerContext> pool, in FilePlace place, in FileStat seen, ByteWriter output)
    {
        Timestamp started = Timestamp.From(DateTimeOffset.UtcNow);
        int flags = Interop.Libc.O_NOFOLLOW | (seen.Type == NodeType.File
            ? Interop.Libc.O_RDONLY | Interop.Libc.O_NONBLOCK | Interop.Libc.O_NOCTTY
            : Interop.Libc.O_PATH);
        int fd = seen.Type == NodeType.File && MayKeepAccessTime(in seen)
            ? Descriptors.Open(place.Directory, in place.NativeName, flags | Interop.Libc.O_NOATIME)
            : -Interop.Libc.EPERM;
        if (fd == -Interop.Libc.EPERM)
        {
            fd = Descriptors.Open(place.Directory, in place.NativeName, flags);
        }

        if (fd < 0)
        {
            Report(in place, "cannot open", -fd);
            return false;
        }

        try
        {
            return seen.Type == NodeType.File
                ? TryWriteFile(pool, fd, in place, in seen, started, output)
                : TryWriteOther(fd, in place, started, output);
        }
        finally
        {
            _ = Interop.Libc.close(fd);
        }
    }

    private static bool MayKeepAccessTime(in FileStat stat)
    {
        uint user = Interop.Libc.geteuid();
        return user == 0 || user == stat.UserId;
    }

    private bool TryWriteFile(
        WorkerPool<WorkerContext> pool,
        int fd,
        in FilePlace place,
        in FileStat seen,
        Timestamp started,
        ByteWriter output)
    {
        if (_services.Links.Find(in seen) is byte[] known)
        {
            NodeView link = NodeCodec.Read(known);
            link.Name = place.Name;
            NodeCodec.Write(output, in link, _context.Scratch);
            return true;
        }

        FileStat before = seen;
        FileStat after = seen;
        bool isStable = false;
        for (int attempt = 0; attempt < Attempts && !isStable; attempt++)
        {
            before = after;
            int error = _context.Files.Read(pool, fd, in before);
            error = error != 0 ? error : _context.Xattrs.Read(fd, isPathOnly: false);
            error = error != 0 ? error : FileStat.Of(fd, out after);
            if (error != 0)
            {
                Report(in place, "cannot read", error);
                return false;
            }

            if (after.Type != NodeType.File)
            {
                _services.Problems.Add(place.Path, place.Name, "was replaced while the backup ran");
                return false;
            }

            isStable = after.IsSameContent(in before);
        }

        if (!isStable)
        {
            _services.Problems.Add(place.Path, place.Name, "changed while it was read; its content may be mixed");
        }

        NodeView node = From(place.Name, in after);
        node.Size = _context.Files.Size;
        node.ContentForm = _context.Files.Form;
        node.Inline = _context.Files.Content;
        node.ChunkList = _context.Files.Content;
        node.Extents = _context.Files.Extents;
        node.Xattrs = _context.Xattrs.Result;
        node.Extensions = !isStable || RacyMark.IsNeeded(in after, started) ? RacyMark.Fields : default;
        int start = output.Length;
        NodeCodec.Write(output, in node, _context.Scratch);
        _services.Links.Add(in after, output.Written[start..]);
        return true;
    }

    private bool TryWriteOther(int fd, in FilePlace place, Timestamp started, ByteWriter output)
    {
        int error = FileStat.Of(fd, out FileStat stat);
        error = error != 0 ? error : _context.Xattrs.Read(fd, isPathOnly: true);
        if (error != 0)
        {
            Report(in place, "cannot read", error);
            return false;
        }

        if (stat.Type is 0 or NodeType.File or NodeType.Directory)
        {
            _services.Problems.Add(place.Path, place.Name, "was replaced while the backup ran");
            return false;
        }

        NodeView node = From(place.Name, in stat);
        if (stat.Type == NodeType.Symlink)
        {
            byte empty = 0;
            nint length = Interop.Libc.readlinkat(fd, in empty, ref _target[0], _target.Length);
            if (length < 0 || length > TreeLimits.MaxTarget)
            {
                Report(in place, "cannot read the target", length < 0 ? Interop.Libc.Errno : Interop.Libc.EINVAL);
                return false;
            }

            node.Target = _target.AsSpan(0, (int)length);
            node.Size = length;
        }
        else if (stat.Type is NodeType.CharacterDevice or NodeType.BlockDevice)
        {
            node.DeviceNumber = stat.DeviceNumber;
        }

        node.Xattrs = _context.Xattrs.Result;
        node.Extensions = RacyMark.IsNeeded(in stat, started) ? RacyMark.Fields : default;
        NodeCodec.Write(output, in node, _context.Scratch);
        return true;
    }

    private void Report(in FilePlace place, string action, int errno)
    {
        if (errno == Interop.Libc.ENOENT)
        {
            _services.Problems.Add(place.Path, place.Name, "vanished while the backup ran");
        }
        else if (errno == Interop.Libc.ELOOP)
        {
            _services.Problems.Add(place.Path, place.Name, "was replaced while the backup ran");
        }
        else
        {
            _services.Problems.Add(place.Path, place.Name, action, errno);
        }
    }
}
