using SnapFs.Caches;
using SnapFs.Mount.Events;
using SnapFs.Mount.Layouts;
using SnapFs.Mount.Nodes;
using SnapFs.Mount.Owners;
using SnapFs.Mount.Reads;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Mount;

/// <summary>
/// Every snapshot of a repository as one read-only file system of numbered nodes, for the adaptors of FUSE and WinFsp.
/// </summary>
/// <remarks>
/// All members are synchronous and safe for concurrent use. They throw <see cref="DamagedException"/> when stored data
/// is damaged, <see cref="InvalidEncodingException"/> when a tree is malformed and other
/// <see cref="SnapFsException"/>s when the storage fails; expected outcomes are a <see cref="MountStatus"/>.
/// </remarks>
public sealed partial class SnapshotFileSystem : IDisposable
{
    /// <summary>The node id of the root of the mount.</summary>
    public const ulong RootId = VirtualTree.RootId;

    private readonly MountOptions _options;
    private readonly ISnapshotSource _source;
    private readonly EventLimiter _events;
    private readonly FrameCache _frames;
    private readonly TreePageCache _pages;
    private readonly OwnerMap _owners;
    private readonly VolumeAccessTable _volumeAccess;
    private readonly SlotTable _slots = new();
    private readonly LinkTable _links = new();
    private readonly VirtualTree _layout;
    private readonly OpenFiles _openFiles = new();
    private readonly OpenDumps _openDumps;
    private readonly NextFiles _nextFiles;
    private readonly SlotTable.Opener _open;

    /// <param name="options">What to show, and to whom.</param>
    /// <param name="source">The repository; not disposed. Its snapshots are those of its last refresh.</param>
    /// <param name="users">The users of this system.</param>
    /// <param name="report">Gets what belongs in a log, on any thread; must not throw.</param>
    public SnapshotFileSystem(
        MountOptions options, ISnapshotSource source, IUserDatabase users, Action<MountEvent> report)
    {
        _options = options;
        _source = source;
        _events = new EventLimiter(report, options.Clock);
        _frames = new FrameCache(source, options.FrameCacheBytes, options.PrefetchThreads, options.BeforeWaiting);
        _pages = new TreePageCache(_frames, options.TreeCacheBytes);
        _owners = new OwnerMap(users, options.AllowOther);
        _volumeAccess = new VolumeAccessTable(new SavedNames(_frames, _pages, Report), _owners, options.BeforeWaiting);
        _layout = new VirtualTree(
            (head, part) => new SnapshotView(source, _pages, options.BeforeWaiting, head, part), options.Clock);
        _openDumps = new OpenDumps(_frames, _pages, options.BeforeWaiting);
        _nextFiles = new NextFiles(_frames, _pages);
        _open = OpenDirectory;
        Rebuild();
    }

    /// <summary>Bytes and entries of the repository.</summary>
    public FileSystemTotals Totals
    {
        get
        {
            (long plain, long stored) = _source.Totals;
            return new FileSystemTotals(plain, stored, _source.Snapshots.Sum(head => head.Statistics.Entries));
        }
    }

    /// <summary>Bytes of native memory that decoded frames take.</summary>
    public long FrameBytes => _frames.ResidentBytes;

    /// <summary>Directories and linked files that the kernel knows: what must not grow without bound.</summary>
    public int KnownNodes => _slots.Count + _links.Count;

    /// <summary>Whether a node lies inside a snapshot, so that nothing about it ever changes.</summary>
    public static bool IsArchived(ulong nodeId) => NodeIds.SlotOf(nodeId) != NodeIds.LayoutSlot;

    /// <summary>Reports something for the log, rate limited.</summary>
    public void Report(MountEvent happened) => _events.Report(happened);

    /// <summary>Takes back look-ups of a node. Unknown nodes are ignored.</summary>
    public void Forget(ulong nodeId, ulong count)
    {
        long taken = (long)Math.Min(count, long.MaxValue);
        switch (NodeIds.SlotOf(nodeId))
        {
            case NodeIds.LayoutSlot:
                _layout.Forget(nodeId, taken);
                break;
            case NodeIds.LinkSlot:
                _links.Forget(nodeId, taken);
                break;
            default:
                _slots.Forget(NodeIds.SlotOf(nodeId), taken);
                break;
        }
    }

    /// <summary>The path of a node below the mount, for messages.</summary>
    public string PathOf(ulong nodeId)
    {
        try
        {
            return NodePaths.Of(nodeId, _layout, _slots, _links, _pages);
        }
        catch (SnapFsException)
        {
            return $"node {nodeId:x}"; // the directory that names it is damaged itself
        }
    }

    /// <summary>Frees the caches. No operation may be running.</summary>
    public void Dispose()
    {
        StopRefreshing();
        _nextFiles.Preloader?.Dispose();
        _layout.StopCounting();
        _frames.Dispose();
    }

    /// <summary>Finds an archived node by its id.</summary>
    private MountStatus Resolve(ulong nodeId, out ResolvedNode resolved)
    {
        resolved = default;
        uint number = NodeIds.SlotOf(nodeId);
        resolved.Ordinal = NodeIds.OrdinalOf(nodeId);
        switch (number)
        {
            case NodeIds.LayoutSlot:
                return ResolveRoot(nodeId, ref resolved);
            case NodeIds.LinkSlot:
                if (_links.Find(nodeId) is not { } file)
                {
                    return MountStatus.Stale;
                }

                resolved.Owner = file;
                resolved.Snapshot = file.Key.Snapshot;
                resolved.Directory = file.Directory;
                resolved.Ordinal = file.Ordinal;
                resolved.Generation = file.Generation;
                break;
            default:
                if (_slots.Find(number) is not { } slot)
                {
                    return MountStatus.Stale;
                }

                resolved.Owner = slot;
                resolved.Snapshot = slot.Snapshot;
                resolved.Directory = slot.Leaves;
                resolved.Generation = slot.Generation;
                break;
        }

        if (resolved.Ordinal < 0 || resolved.Ordinal >= resolved.Directory.Total)
        {
            return MountStatus.Stale;
        }

        resolved.Page = resolved.Directory.Load(_pages, resolved.Ordinal, out int index);
        resolved.Node = resolved.Page.Node(index);
        return MountStatus.Done;
    }

    private MountStatus ResolveRoot(ulong nodeId, ref ResolvedNode resolved)
    {
        if (_layout.Find(nodeId) is not { } place)
        {
            return MountStatus.Stale;
        }

        if (place.Snapshot is not { } snapshot)
        {
            return MountStatus.Invalid;
        }

        resolved = Top(snapshot);
        return MountStatus.Done;
    }

    private static ResolvedNode Top(SnapshotView snapshot) => new()
    {
        Owner = snapshot,
        Snapshot = snapshot,
        Node = snapshot.ReadTop(out TreePage? page),
        Page = page,
    };

    private OpenedDirectory? OpenDirectory(ulong nodeId)
    {
        if (Resolve(nodeId, out ResolvedNode resolved) != MountStatus.Done || resolved.Node.Type != NodeType.Directory)
        {
            return null;
        }

        LeafTable leaves = LeafTable.Read(_pages, resolved.Node.Tree);
        ulong inodes = InodeNumber.DirectorySeed(resolved.Snapshot.Seed, in resolved.Node);
        return new OpenedDirectory(resolved.Owner as DirectorySlot, resolved.Snapshot, leaves, AccessTo(in resolved), inodes);
    }

    /// <summary>Tells a node that is no directory from one that is gone.</summary>
    private MountStatus WhyNotADirectory(ulong nodeId)
    {
        MountStatus status = Resolve(nodeId, out _);
        return status is MountStatus.Done or MountStatus.Invalid ? MountStatus.NotADirectory : status;
    }
}
