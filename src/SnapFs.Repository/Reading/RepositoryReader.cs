using SnapFs.Chunks;
using SnapFs.Objects;
using SnapFs.Repository.Deletion;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Objects;
using SnapFs.Repository.Packs;
using SnapFs.Repository.Writing;
using SnapFs.Snapshots;
using SnapFs.Storage;

namespace SnapFs.Repository.Reading;

/// <summary>
/// The read side of a repository: the snapshots of all domains that are open, and chunks by id. It cannot write or delete. Safe
/// for concurrent use.
/// </summary>
/// <remarks>Numbers of packs tell the domain by their highest bits: what reads frames knows nothing of domains.</remarks>
public sealed class RepositoryReader : ISnapshotSource, IDisposable
{
    private readonly IStorage _storage;
    private readonly KeyRing? _keys;
    private readonly DomainReader[] _domains;
    private readonly int _shift;
    private volatile IReadOnlyList<SnapshotHead> _heads = [];
    private int _lastHit;

    private RepositoryReader(IStorage storage, KeyRing? keys, DomainReader[] domains)
    {
        _storage = storage;
        _keys = keys;
        LostKeys = keys?.Losses ?? [];
        _domains = domains;
        int bits = 0;
        while (1L << bits < domains.Length)
        {
            bits++;
        }

        _shift = 32 - bits;
    }

    /// <inheritdoc/>
    public IReadOnlyList<SnapshotHead> Snapshots => _heads;

    /// <summary>Keys that are lost, and snapshots and index objects that are damaged; the rest is usable.</summary>
    public IReadOnlyList<SnapFsException> Problems => [.. LostKeys, .. _domains.SelectMany(domain => domain.Problems)];

    /// <summary>Lost keys: what they are of does not count, and which snapshots that is nobody can tell.</summary>
    public IReadOnlyList<SnapFsException> LostKeys { get; }

    /// <summary>Snapshots that cannot be used.</summary>
    public IReadOnlyList<UnreadSnapshot> UnreadSnapshots => [.. _domains.SelectMany(domain => domain.UnreadSnapshots)];

    /// <summary>Plain bytes of all chunks, and bytes the packs take.</summary>
    public (long PlainBytes, long StoredBytes) Totals
    {
        get
        {
            // In wider numbers: a hostile writer may claim what it likes, and no sum must fail for it.
            Int128 plain = 0;
            foreach (SnapshotHead snapshot in Snapshots)
            {
                plain += snapshot.Statistics.BytesAdded;
            }

            Int128 stored = 0;
            foreach ((_, long length) in IndexedPacks)
            {
                stored += length;
            }

            return ((long)Int128.Min(plain, long.MaxValue), (long)Int128.Min(stored, long.MaxValue));
        }
    }

    /// <summary>Chunks in the index.</summary>
    public long ChunkCount => _domains.Sum(domain => domain.ChunkCount);

    /// <summary>The packs the index lists: their ids and stored bytes.</summary>
    public IEnumerable<(ObjectId Id, long Length)> IndexedPacks => _domains.SelectMany(domain => domain.IndexedPacks);

    /// <summary>Snapshot objects that do not count, by their names in storage.</summary>
    internal IEnumerable<string> PassedOver => _domains.SelectMany(
        domain => domain.PassedOver.Select(id => SnapshotCodec.NameOf(domain.Keys, id)));

    internal IStorage Storage => _storage;

    /// <summary>What is to be deleted, as of the last time it was looked at.</summary>
    internal MarkSet Marks { get; private set; } = MarkSet.None;

    /// <summary>The domain that this process writes in.</summary>
    internal DomainReader Own => _domains[0];

    /// <summary>Opens a repository for reading.</summary>
    /// <param name="storage">The repository.</param>
    /// <param name="keys">The keys of its domains.</param>
    /// <param name="cache">Where snapshots and index are kept between processes; null keeps none.</param>
    /// <param name="cancellationToken">Gives up; also what is read later in place of a part of the cache that fails.</param>
    public static Task<RepositoryReader> OpenAsync(
        IStorage storage, KeyRing keys, LocalCache? cache, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return OpenAsync(storage, keys, keys.Domains, cache, readsEach: false, cancellationToken);
    }

    /// <summary>Opens a repository to see what is stored: every snapshot is read itself, though other objects say what is in it, and
    /// nothing is kept between processes.</summary>
    internal static Task<RepositoryReader> OpenToCheckAsync(
        IStorage storage, KeyRing keys, CancellationToken cancellationToken) =>
        OpenAsync(storage, keys, keys.Domains, null, readsEach: true, cancellationToken);

    /// <summary>Opens some domains of a repository without deletions for reading; what is written goes to the first.</summary>
    internal static Task<RepositoryReader> OpenAsync(
        IStorage storage, IReadOnlyList<IDomainKeys> domains, LocalCache? cache, CancellationToken cancellationToken) =>
        OpenAsync(storage, null, domains, cache, readsEach: false, cancellationToken);

    /// <summary>The snapshots of the domain that this process writes in which may be continued: not what is forgotten.</summary>
    public IReadOnlyList<SnapshotHead> OwnSnapshots => Marks == MarkSet.None
        ? Own.Snapshots
        : [.. Own.Snapshots.Where(head => !Marks.Forbids(SnapshotCodec.StorageName(Own.Keys, head.Id)))];

    /// <summary>The hash of what is in <c>gc/</c>, as a lease tells it.</summary>
    public ObjectId MarksHash => Marks.Hash;

    /// <summary>Cuts files into chunks as the domain does that this process writes in.</summary>
    /// <param name="limits">Sizes of chunks.</param>
    public GearChunker NewChunker(ChunkLimits limits) => new(Own.Keys.Gear, limits);

    /// <summary>The id of a chunk in the domain that this process writes in.</summary>
    public ChunkId IdOf(ChunkKind kind, ReadOnlySpan<byte> plain) => ChunkIds.Of(Own.Keys.Hasher(kind), plain);

    /// <summary>What <see cref="SnapshotHead.PathsHash"/> of a snapshot of these paths is, in whatever order they are given.
    /// </summary>
    public byte[] HashPaths(IEnumerable<ReadOnlyMemory<byte>> paths) => Own.Keys.HashPaths(paths);

    /// <summary>Whether the keys are held that what a snapshot consists of is read with.</summary>
    public bool CanRead(SnapshotHead snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        return (Array.Find(_domains, domain => domain.Keys.Domain == snapshot.Domain) ?? Own).Keys.CanRead;
    }

    /// <summary>The packs of the domain that this process writes in out of which something could not be read so far that is nowhere
    /// else, by their names.</summary>
    public IReadOnlyList<string> UnreadablePacks => [.. Own.UnreadablePacks];

    /// <summary>Begins a run that writes. Its lease must be in storage by now.</summary>
    /// <param name="run">The id of its lease.</param>
    public WritingRun BeginRun(ShortId run) => new(Own.Keys, run, NextSequence());

    /// <inheritdoc/>
    public bool Refresh(CancellationToken cancellationToken) =>
        RefreshAsync(cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="Refresh"/>
    public async Task<bool> RefreshAsync(CancellationToken cancellationToken)
    {
        MarkSet before = Marks;
        Marks = await LoadMarksAsync(cancellationToken);
        bool changed = Marks.Hash != before.Hash;
        foreach (DomainReader domain in _domains)
        {
            changed |= await domain.RefreshAsync(cancellationToken);
        }

        Merge();
        return changed;
    }

    /// <inheritdoc/>
    public SnapshotBody ReadBody(in ObjectId id, CancellationToken cancellationToken)
    {
        ObjectId wanted = id;
        DomainReader domain = Array.Find(_domains, domain => domain.Knows(wanted)) ?? Own;
        return domain.ReadBody(id, cancellationToken);
    }

    /// <inheritdoc/>
    public bool TryLocate(ChunkKind kind, in ChunkId id, out ChunkLocation location)
    {
        // What is read next is mostly of the same domain as what was read before.
        int first = Volatile.Read(ref _lastHit);
        for (int i = 0; i < _domains.Length; i++)
        {
            int domain = first + i < _domains.Length ? first + i : first + i - _domains.Length;
            if (_domains[domain].TryLocate(kind, in id, out location))
            {
                Volatile.Write(ref _lastHit, domain);
                location = ToGlobal(domain, location);
                return true;
            }
        }

        location = default;
        return false;
    }

    /// <inheritdoc/>
    public bool TryLocateElsewhere(
        ChunkKind kind,
        in ChunkId id,
        IReadOnlyList<ChunkLocation> tried,
        CancellationToken cancellationToken,
        out ChunkLocation location)
    {
        ArgumentNullException.ThrowIfNull(tried);
        for (int i = 0; i < _domains.Length; i++)
        {
            ChunkLocation[] own = [.. tried.Where(place => DomainOf(place.Frame) == i).Select(ToLocal)];
            if (_domains[i].TryLocateElsewhere(kind, in id, own, cancellationToken, out location))
            {
                location = ToGlobal(i, location);
                return true;
            }
        }

        location = default;
        return false;
    }

    /// <inheritdoc/>
    public SnapFsException Missing(ChunkKind kind, in ChunkId id)
    {
        SnapFsException? first = null;
        foreach (DomainReader domain in _domains)
        {
            SnapFsException missing = domain.Missing(kind, in id);
            if (domain.Problems.Count > 0)
            {
                return missing;
            }

            first ??= missing;
        }

        return first!; // there is at least one domain
    }

    /// <inheritdoc/>
    public bool Verify(ChunkKind kind, in ChunkId id, ReadOnlySpan<byte> plain)
    {
        // Ids of different domains never agree, so a chunk of any is the one that is meant.
        int first = Volatile.Read(ref _lastHit);
        if (_domains[first].Verify(kind, in id, plain))
        {
            return true;
        }

        for (int i = 0; i < _domains.Length; i++)
        {
            if (i != first && _domains[i].Verify(kind, in id, plain))
            {
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public string NameOf(in FrameLocation frame) => _domains[DomainOf(frame)].NameOf(ToLocal(frame));

    /// <inheritdoc/>
    public void ReadFrame(in FrameLocation frame, Span<byte> plain, CancellationToken cancellationToken) =>
        _domains[DomainOf(frame)].ReadFrame(ToLocal(frame), plain, cancellationToken);

    /// <summary>Looks into all that may tell where a chunk lies, also what does not count.</summary>
    internal async Task LookEverywhereAsync(CancellationToken cancellationToken)
    {
        foreach (DomainReader domain in _domains)
        {
            await domain.LookEverywhereAsync(cancellationToken);
        }
    }

    public void Dispose() => Array.ForEach(_domains, domain => domain.Dispose());

    /// <summary>Every place that the index gives for a chunk: first those where nothing was found wrong so far.</summary>
    internal List<ChunkLocation> Places(ChunkKind kind, in ChunkId id)
    {
        List<ChunkLocation> places = [];
        for (int i = 0; i < _domains.Length; i++)
        {
            int domain = i;
            places.AddRange(_domains[i].Places(kind, in id).Select(place => ToGlobal(domain, place)));
        }

        return places;
    }

    private static async Task<RepositoryReader> OpenAsync(
        IStorage storage,
        KeyRing? ring,
        IReadOnlyList<IDomainKeys> keys,
        LocalCache? cache,
        bool readsEach,
        CancellationToken cancellationToken)
    {
        DomainReader[] domains = new DomainReader[keys.Count];
        RepositoryReader reader = new(storage, ring, domains);
        reader.Marks = await reader.LoadMarksAsync(cancellationToken);
        for (int i = 0; i < domains.Length; i++)
        {
            domains[i] = await DomainReader.OpenAsync(storage, keys[i], cache, readsEach, cancellationToken);
        }

        reader.Merge();
        return reader;
    }

    private Task<MarkSet> LoadMarksAsync(CancellationToken cancellationToken) =>
        _keys is null ? Task.FromResult(MarkSet.None) : MarkSet.LoadAsync(_storage, _keys, cancellationToken);

    private void Merge()
    {
        IEnumerable<SnapshotHead> all = _domains.SelectMany(domain => domain.Snapshots.Where(head => !IsHidden(domain, head)));
        _heads = _domains.Length == 1
            ? [.. all]
            : [.. all.Order(SnapshotHead.ByTime)];
    }

    private bool IsHidden(DomainReader domain, SnapshotHead head) =>
        Marks != MarkSet.None && Marks.Hides(SnapshotCodec.StorageName(domain.Keys, head.Id));

    private ulong NextSequence()
    {
        ulong last = 0;
        foreach (SnapshotHead head in Own.Snapshots.Where(head => head.Signer == Own.Keys.Signer))
        {
            last = Math.Max(last, head.Sequence);
        }

        return last == ulong.MaxValue ? last : last + 1;
    }

    private int DomainOf(in FrameLocation frame) => _shift == 32 ? 0 : (int)(frame.Pack >> _shift);

    private FrameLocation ToLocal(FrameLocation frame) =>
        _shift == 32 ? frame : frame with { Pack = frame.Pack & ((1u << _shift) - 1) };

    private ChunkLocation ToLocal(ChunkLocation place) => place with { Frame = ToLocal(place.Frame) };

    private ChunkLocation ToGlobal(int domain, ChunkLocation place) => _shift == 32
        ? place
        : place with { Frame = place.Frame with { Pack = place.Frame.Pack | ((uint)domain << _shift) } };
}
