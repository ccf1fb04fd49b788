using SnapFs.Binary;
using SnapFs.Files.Workers;
using SnapFs.Posix.Files;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Files.Scanning;

/// <summary>Makes the nodes of everything but directories. One for each worker.</summary>
internal sealed class NodeWriter
{
    /// <summary>How often a file that changes while it is read is read, or one that is replaced is opened.</summary>
    private const int Attempts = 3;

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
        FileStat expected = seen;
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            int fd = Open(in place, in expected);
            if (fd < 0 && fd != -Interop.Libc.ELOOP)
            {
                Report(in place, "cannot open", -fd);
                return false;
            }

            bool? isWritten = fd < 0 ? null : Write(pool, fd, in place, in expected, output);
            if (isWritten is not null)
            {
                return isWritten.Value;
            }

            // Something else has taken the name: what that is now can be recorded as well, unless it is a directory.
            int error = FileStat.At(place.Directory, in place.NativeName, out expected);
            if (error != 0)
            {
                Report(in place, "cannot look at it", error);
                return false;
            }

            if (expected.Type is 0 or NodeType.Directory)
            {
                break;
            }
        }

        place.Task.Report(place.Name, OmissionKind.Replaced, 0, "was replaced while the backup ran");
        return false;
    }

    private static bool MayKeepAccessTime(in FileStat stat)
    {
        uint user = Interop.Libc.geteuid();
        return user == 0 || user == stat.UserId;
    }

    private static int OpenAtOnce(in FilePlace place, in FileStat stat)
    {
        int flags = Interop.Libc.O_NOFOLLOW | (stat.Type == NodeType.File
            ? Interop.Libc.O_RDONLY | Interop.Libc.O_NONBLOCK | Interop.Libc.O_NOCTTY
            : Interop.Libc.O_PATH);
        int fd = stat.Type == NodeType.File && MayKeepAccessTime(in stat)
            ? Descriptors.Open(place.Directory, in place.NativeName, flags | Interop.Libc.O_NOATIME)
            : -Interop.Libc.EPERM;
        return fd == -Interop.Libc.EPERM ? Descriptors.Open(place.Directory, in place.NativeName, flags) : fd;
    }

    /// <summary>Opens without waiting for what is no file; a file under a lease is waited for.</summary>
    private int Open(in FilePlace place, in FileStat stat)
    {
        int fd = OpenAtOnce(in place, in stat);
        LeaseWait.Turn turn = default;
        while (fd == -Interop.Libc.EAGAIN && _services.Leases.Wait(ref turn, _services.Stop))
        {
            fd = OpenAtOnce(in place, in stat);
        }

        return fd;
    }

    /// <returns>Null if the descriptor is not what was expected.</returns>
    private bool? Write(
        WorkerPool<WorkerContext> pool, int fd, in FilePlace place, in FileStat expected, ByteWriter output)
    {
        try
        {
            Timestamp started = Timestamp.From(DateTimeOffset.UtcNow);
            return expected.Type == NodeType.File
                ? WriteFile(pool, fd, in place, in expected, started, output)
                : WriteOther(fd, in place, started, output);
        }
        finally
        {
            _ = Interop.Libc.close(fd);
        }
    }

    private bool? WriteFile(
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

        int error = ReadStable(pool, fd, in seen, out FileStat stat, out Stability stability);
        if (error != 0)
        {
            Report(in place, "cannot read", error);
            return false;
        }

        if (stat.Type != NodeType.File)
        {
            return null;
        }

        if (stability == Stability.Changing)
        {
            place.Task.Report(
                place.Name, OmissionKind.Changed, 0, "changed while it was read; its content may be mixed");
        }

        ReportAttributes(in place);
        NodeView node = From(place.Name, in stat);
        node.Size = _context.Files.Size;
        node.ContentForm = _context.Files.Form;
        node.Inline = _context.Files.Content;
        node.ChunkList = _context.Files.Content;
        node.Extents = _context.Files.Extents;
        node.Xattrs = _context.Xattrs.Result;
        bool isWhole = stability == Stability.Unchanged && _context.Xattrs.Error == 0;
        node.Extensions = !isWhole || RacyMark.IsNeeded(in stat, started) ? RacyMark.Fields : default;
        int start = output.Length;
        NodeCodec.Write(output, in node, _context.Scratch);
        _services.Links.Add(in stat, output.Written[start..]);
        return true;
    }

    /// <summary>Reads a file until what was read is a state that it had.</summary>
    /// <param name="pool">Helps with large files.</param>
    /// <param name="fd">The file.</param>
    /// <param name="seen">What it was when the directory was read.</param>
    /// <param name="stat">What it was in the state that was read.</param>
    /// <param name="stability">How sure that is.</param>
    /// <returns>0 or an errno.</returns>
    /// <remarks>A file that only grew, such as a log, is read a second time up to the length that it had: if that gives
    /// the same, it was so in between, and that part of it is recorded. The same holds for one whose times alone move.
    /// </remarks>
    private int ReadStable(
        WorkerPool<WorkerContext> pool, int fd, in FileStat seen, out FileStat stat, out Stability stability)
    {
        stat = seen;
        stability = Stability.Changing;
        FileStat before = seen;
        byte[]? lastRead = null;
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            int error = _context.Files.Read(pool, fd, in before);
            if (error == 0)
            {
                _context.Xattrs.Read(fd, isPathOnly: false);
                error = FileStat.Of(fd, out stat);
            }

            if (error != 0 || stat.Type != NodeType.File)
            {
                return error;
            }

            if (stat.IsSameContent(in before))
            {
                stability = Stability.Unchanged;
                return 0;
            }

            byte[] read = _context.Files.Fingerprint();
            if (lastRead is not null && read.AsSpan().SequenceEqual(lastRead))
            {
                stat = before;
                stability = Stability.OneState;
                return 0;
            }

            bool isGrown = lastRead is null && stat.Size > before.Size;
            before = isGrown ? before : stat;
            lastRead = read;
        }

        return 0;
    }

    private bool? WriteOther(int fd, in FilePlace place, Timestamp started, ByteWriter output)
    {
        int error = FileStat.Of(fd, out FileStat stat);
        if (error != 0)
        {
            Report(in place, "cannot read", error);
            return false;
        }

        if (stat.Type is 0 or NodeType.File or NodeType.Directory)
        {
            return null;
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

        _context.Xattrs.Read(fd, isPathOnly: true);
        ReportAttributes(in place);
        node.Xattrs = _context.Xattrs.Result;
        bool isWhole = _context.Xattrs.Error == 0;
        node.Extensions = !isWhole || RacyMark.IsNeeded(in stat, started) ? RacyMark.Fields : default;
        NodeCodec.Write(output, in node, _context.Scratch);
        return true;
    }

    private void ReportAttributes(in FilePlace place)
    {
        if (_context.Xattrs.Error != 0)
        {
            place.Task.Report(
                place.Name, OmissionKind.UnreadableAttributes, _context.Xattrs.Error, _context.Xattrs.Finding);
        }
    }

    private void Report(in FilePlace place, string action, int errno)
    {
        if (errno == Interop.Libc.ENOENT)
        {
            place.Task.ReportVanished(_context, place.Name);
        }
        else
        {
            place.Task.Report(place.Name, OmissionKind.UnreadableFile, errno, action);
        }
    }

    /// <summary>What the content that was read is.</summary>
    private enum Stability
    {
        /// <summary>The file did not change meanwhile.</summary>
        Unchanged,

        /// <summary>The file changed, and what was read is what it was at one moment.</summary>
        OneState,

        /// <summary>The file changed each time, and what was read may be of several moments.</summary>
        Changing,
    }
}
