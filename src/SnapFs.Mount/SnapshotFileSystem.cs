using SnapFs.Caches;
using SnapFs.Mount.Events;
using SnapFs.Mount.Histories;
using SnapFs.Mount.Kinds;
using SnapFs.Mount.Layouts;
using SnapFs.Mount.Nodes;
using SnapFs.Mount.Owners;
using SnapFs.Mount.Reads;
using SnapFs.Mount.Spaces;
using SnapFs.Mount.Stored;
using SnapFs.Owners;
using SnapFs.Snapshots;

namespace SnapFs.Mount;

/// <summary>
/// Every snapshot of a repository as one read-only file system of numbered nodes, for the adaptors of FUSE and WinFsp.
/// </summary>
/// <remarks>
/// Holds the caches and passes each request to the space that knows the node. All members are synchronous and safe for
/// concurrent use. They throw <see cref="DamagedException"/> when stored data is damaged,
/// <see cref="InvalidEncodingException"/> when a tree is malformed, other <see cref="SnapFsException"/>s when the storage
/// fails, and <see cref="OperationCanceledException"/> when <see cref="MountOptions.BeforeWaiting"/> ended the wait for it;
/// expected outcomes are a <see cref="MountStatus"/>.
/// </remarks>
public sealed class SnapshotFileSystem : IDisposable
{
    /// <summary>The node id of the root of the mount.</summary>
    public const ulong RootId = VirtualTree.RootId;

    private readonly MountOptions _options;
    private readonly ISnapshotSource _source;
    private readonly EventLimiter _events;
    private readonly FrameCache _frames;
    private readonly TreePageCache _pages;
    private readonly OwnerMap _owners;
    private readonly StoredTrees _trees;
    private readonly SnapshotLayout _layout;
    private readonly PathHistories _histories;
    private readonly VersionsSpace _versions;
    private readonly DeletedSpace _deleted;
    private readonly CancellationTokenSource _stopped = new();

    /// <summary>By the upper half of a node's id; the last has all that follow.</summary>
    private readonly NodeSpace[] _spaces;

    /// <param name="options">What to show, and to whom.</param>
    /// <param name="source">The repository; not disposed. Its snapshots are those of its last refresh.</param>
    /// <param name="users">The users of this system.</param>
    /// <param name="report">Gets what belongs in a log, on any thread; must not throw.</param>
    public SnapshotFileSystem(
        MountOptions options, ISnapshotSource source, IUserDatabase users, Action<MountEvent> report)
    {
        options = options with { BeforeWaiting = Waiting.Guard(options.BeforeWaiting, _stopped.Token) };
        _options = options;
        _source = source;
        _events = new EventLimiter(report, options.Clock);
        _frames = new FrameCache(source, options.FrameCacheBytes, options.PrefetchThreads, options.BeforeWaiting);
        _pages = new TreePageCache(_frames, options.TreeCacheBytes);
        _owners = new OwnerMap(users, options.Clock, options.BeforeWaiting, Report);
        MountServices services = new(_frames, _pages, _owners, Report, options.BeforeWaiting, options.Clock);
        _trees = new StoredTrees(options, _frames, _pages, _owners);
        _layout = new SnapshotLayout(options, source, _pages, [.. options.Kinds.Select(make => make(services))], Report);
        ComputedFiles computed = new(_frames, _pages, options.BeforeWaiting);
        SnapshotFacts facts = new(options, source, Report);
        _histories = new PathHistories(options, facts, _layout, _pages, Report);
        _versions = new VersionsSpace(options, _trees, _histories);
        _deleted = new DeletedSpace(options, _trees, _histories, facts);
        _spaces =
        [
            new LayoutSpace(options, _layout, _trees, computed, _versions, _deleted),
            new LinkSpace(_trees),
            _versions,
            _deleted,
            new DirectorySpace(_trees),
        ];
        _layout.Rebuild();
    }

    /// <summary>Bytes of native memory that decoded frames take.</summary>
    public long FrameBytes => _frames.ResidentBytes;

    /// <summary>Directories, linked files and paths through all snapshots that the kernel knows: what must not grow without bound.
    /// </summary>
    public int KnownNodes => _trees.Slots.Count + _trees.Links.Count + _versions.KnownNodes + _deleted.KnownNodes;

    /// <summary>Bytes that is kept of what was found out of paths through all snapshots.</summary>
    internal long HistoryBytes => _histories.Used;

    /// <summary>How long it holds that a directory has no entry of some name, and what entries it has.</summary>
    public CacheLifetime LifetimeOf(ulong directory) => SpaceOf(directory).Lifetime;

    /// <summary>Reports something for the log, rate limited.</summary>
    public void Report(MountEvent happened) => _events.Report(happened);

    /// <summary>Finds an entry of a directory; the result counts as one look-up until it is forgotten.</summary>
    /// <param name="parent">The directory.</param>
    /// <param name="name">The raw name; <c>.</c> and <c>..</c> work too, for NFS.</param>
    /// <param name="caller">Who asks, by this system's numbers: decides whether hidden hosts exist.</param>
    /// <param name="entry">The node.</param>
    public MountStatus Lookup(ulong parent, ReadOnlySpan<byte> name, uint caller, out NodeEntry entry)
    {
        NodeSpace space = SpaceOf(parent);
        bool isParent = name.SequenceEqual(".."u8);
        if (!isParent && !name.SequenceEqual("."u8))
        {
            return space.Lookup(parent, name, caller, out entry);
        }

        ulong target = isParent ? space.ParentOf(parent) : parent;
        MountStatus status = GetAttributes(target, out entry);
        if (status != MountStatus.Done)
        {
            return status == MountStatus.Invalid ? MountStatus.Stale : status;
        }

        SpaceOf(target).AddLookup(target);
        return MountStatus.Done;
    }

    /// <summary>Lists a directory from a position on.</summary>
    /// <param name="nodeId">The directory.</param>
    /// <param name="from">0, or the position that came with the last entry that was taken.</param>
    /// <param name="withNodes">Whether entries give node ids, each of which counts as a look-up.</param>
    /// <param name="caller">Who asks, by this system's numbers.</param>
    /// <param name="sink">Takes the entries until it is full.</param>
    public MountStatus List<TSink>(ulong nodeId, ulong from, bool withNodes, uint caller, ref TSink sink)
        where TSink : IDirectorySink, allows ref struct =>
        SpaceOf(nodeId).List(nodeId, from, withNodes, caller, ref sink);

    /// <summary>The attributes of a node. Counts no look-up.</summary>
    public MountStatus GetAttributes(ulong nodeId, out NodeEntry entry) => SpaceOf(nodeId).Describe(nodeId, out entry);

    /// <summary>The raw target of a symlink.</summary>
    public MountStatus ReadLink(ulong nodeId, out ReadOnlySpan<byte> target) => SpaceOf(nodeId).ReadLink(nodeId, out target);

    /// <summary>The value of an extended attribute. Access lists are narrowed to what is certain here (<see cref="PosixAcl"/>).</summary>
    public MountStatus GetXattr(ulong nodeId, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value) =>
        SpaceOf(nodeId).GetXattr(nodeId, name, out value);

    /// <summary>The names of all extended attributes, each followed by NUL.</summary>
    public MountStatus ListXattrs(ulong nodeId, out ReadOnlySpan<byte> names) => SpaceOf(nodeId).ListXattrs(nodeId, out names);

    /// <summary>Hands out bytes of a file, fewer than asked for only at its end.</summary>
    /// <param name="nodeId">The file.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Bytes wanted.</param>
    /// <param name="sink">Gets the pieces; on an exception it holds those before the failure.</param>
    public MountStatus Read<TSink>(ulong nodeId, long offset, int length, ref TSink sink)
        where TSink : IContentSink, allows ref struct => SpaceOf(nodeId).Read(nodeId, offset, length, ref sink);

    /// <summary>Finds the next data or the next hole at or after an offset.</summary>
    public MountStatus Seek(ulong nodeId, long offset, bool forData, out long result) =>
        SpaceOf(nodeId).Seek(nodeId, offset, forData, out result);

    /// <summary>Takes back look-ups of a node. Unknown nodes are ignored.</summary>
    public void Forget(ulong nodeId, ulong count) => SpaceOf(nodeId).Forget(nodeId, (long)Math.Min(count, long.MaxValue));

    /// <summary>The path of a node below the mount, for messages.</summary>
    public string PathOf(ulong nodeId)
    {
        List<string> parts = [];
        try
        {
            for (ulong at = nodeId; at != 0;)
            {
                parts.Add(SpaceOf(at).NameOf(at, out at));
            }
        }
        catch (SnapFsException)
        {
            return NodeSpace.Unnamed(nodeId); // the directory that names it is damaged itself
        }

        parts.Reverse();
        return string.Join('/', parts);
    }

    /// <summary>Looks for new snapshots from now on, when a list of snapshots is looked at and after
    /// <see cref="MountOptions.RefreshInterval"/>.</summary>
    /// <param name="invalidate">Told what kernels must forget, on a thread of this object; must not wait for an
    /// operation of this file system.</param>
    public void StartRefreshing(Action<IReadOnlyList<Invalidation>> invalidate) =>
        _layout.Watch = new SnapshotWatch(_options, _source, _layout, invalidate, Report);

    /// <summary>Hands small files over from now on, before readers that go through a tree ask for them.</summary>
    /// <param name="target">Gets them until this object is disposed.</param>
    public void StartPreloading(IPreloadTarget target) =>
        _trees.NextFiles.Preloader = new Preloader(_frames, _pages, _trees.Slots, target, Report);

    /// <summary>Ends what runs beside the operations, also where it waits for the storage, and frees the caches. No operation
    /// may be running.</summary>
    public void Dispose()
    {
        _stopped.Cancel();
        _layout.Watch?.Dispose();
        _trees.NextFiles.Preloader?.Dispose();
        _owners.Dispose();
        _layout.Tree.StopCounting();
        _frames.Dispose();
        _stopped.Dispose();
    }

    private NodeSpace SpaceOf(ulong nodeId) => _spaces[Math.Min(NodeIds.SlotOf(nodeId), NodeIds.FirstDirectorySlot)];
}
