using SnapFs.Objects;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Objects;
using SnapFs.Snapshots;
using SnapFs.Storage;

namespace SnapFs.Repository.Reading;

/// <summary>
/// The heads objects of a domain: what they tell of snapshots that would have to be fetched one by one, and which snapshots they
/// hold. They lie among the objects of the index, and whoever reads those hands them over, so that none is read twice. Its members
/// are not called concurrently.
/// </summary>
/// <remarks>
/// An entry is believed if its bytes are the whole snapshot, which its name shows whoever says so, or if an administrator signed the
/// heads object. That the signer of what is in an entry signed the heads object as well is not enough: which snapshot has that name
/// is known from it only, and an agent would hide another's snapshot by putting one of its own under that name.
/// </remarks>
internal sealed class HeadsObjects
{
    /// <summary>So many snapshots are fetched one by one rather than an object that has them.</summary>
    internal const int Few = 16;

    private readonly IStorage _storage;
    private readonly IDomainKeys _keys;
    private readonly HeadsFile? _file;
    private readonly Dictionary<ObjectId, HeadsObject> _known = [];
    private readonly HashSet<ObjectId> _read = [];
    private readonly HashSet<ObjectId> _replaced = [];
    private Dictionary<ObjectId, ObjectInfo> _listed = [];
    private IReadOnlyDictionary<ObjectId, ObjectInfo> _snapshots = new Dictionary<ObjectId, ObjectInfo>();
    private HashSet<ObjectId> _wanted = [];
    private Dictionary<ObjectId, SnapshotHead> _found = [];
    private bool _isLoaded;
    private bool _isChanged;

    /// <param name="storage">The repository.</param>
    /// <param name="keys">The keys of the domain.</param>
    /// <param name="cache">Where it is kept between processes which objects these are and what they hold; null keeps nothing.</param>
    internal HeadsObjects(IStorage storage, IDomainKeys keys, LocalCache? cache)
    {
        _storage = storage;
        _keys = keys;
        _file = cache is null ? null : new HeadsFile(cache, keys);
    }

    /// <summary>Those whose signer may sign such objects still.</summary>
    internal IEnumerable<HeadsObject> Counting => _known.Values.Where(Counts);

    /// <summary>Whether no object of the index waits: see <see cref="MayWait"/>.</summary>
    internal bool ReadsAll { get; set; }

    /// <summary>Whether an object is in the index.</summary>
    internal bool IsListed(in ObjectId id) => _listed.ContainsKey(id);

    /// <summary>Whether an object of the index need not be read now, because one of these replaces it. It may be none of these,
    /// whatever that says: once a chunk is not found, nothing may wait.</summary>
    internal bool MayWait(in ObjectId id) => !ReadsAll && _replaced.Contains(id);

    /// <summary>Whether an object of the index is one of these, so that it need not be read for what it says of chunks.</summary>
    internal bool Knows(in ObjectId id) => _known.ContainsKey(id);

    /// <summary>Begins to look for snapshots.</summary>
    /// <param name="listed">All that are listed, not changed any more: nothing is taken of others.</param>
    /// <param name="wanted">Those whose heads are not known.</param>
    internal void Begin(IReadOnlyDictionary<ObjectId, ObjectInfo> listed, IReadOnlyCollection<ObjectId> wanted)
    {
        _snapshots = listed;
        _wanted = wanted.Count > Few ? [.. wanted] : [];
        _found = [];
        _read.Clear();
    }

    /// <summary>Forgets what is not in the index any more.</summary>
    /// <param name="listed">All objects of the index; not changed any more.</param>
    internal void SetListed(Dictionary<ObjectId, ObjectInfo> listed)
    {
        if (!_isLoaded)
        {
            _isLoaded = true;
            _file?.Load().ForEach(heads => _known[heads.Id] = heads);
        }

        _listed = listed;
        List<ObjectId> gone = [.. _known.Keys.Where(id => !listed.ContainsKey(id))];
        gone.ForEach(id => _known.Remove(id));
        _isChanged |= gone.Count > 0;
        _replaced.Clear();
        _replaced.UnionWith(Counting.SelectMany(heads => heads.Replaced));
    }

    /// <summary>Takes out of an object of the index what is wanted, if it is a heads object.</summary>
    /// <param name="id">Its name.</param>
    /// <param name="content">Its bytes, which the name belongs to.</param>
    /// <returns>Whether it is one, and so none that tells of chunks.</returns>
    internal bool TryTake(in ObjectId id, byte[] content)
    {
        if (!HeadsCodec.IsHeads(content))
        {
            return false;
        }

        HashSet<ObjectId> held = [];
        bool isProven = true;
        HeadsOrigin? origin = null;
        try
        {
            origin = HeadsCodec.Decode(_keys, content, in id, NameOf(id).RelativePath, (by, entry) =>
            {
                if (!_snapshots.ContainsKey(entry.Snapshot))
                {
                    return; // it is not shown, whatever it was
                }

                bool isWhole = entry.IsProven();
                isProven &= isWhole;
                if (isWhole || _keys.IsAdministrator(by.Signer))
                {
                    held.Add(entry.Snapshot);
                    Look(entry, isWhole);
                }
            });
        }
        catch (SnapFsException e) when (e.IsOfOneObjectOrItsForm())
        {
            // What it would have told is fetched from the snapshots themselves; a check says what is wrong with it.
        }

        _replaced.UnionWith(origin?.Replaced ?? []);
        _known[id] = new HeadsObject(id, origin?.Signer, content.Length, origin?.Replaced ?? [], held, isProven);
        _read.Add(id);
        _isChanged = true;
        return true;
    }

    /// <summary>Ends looking for snapshots.</summary>
    /// <returns>The heads of those that were found and count.</returns>
    internal async Task<Dictionary<ObjectId, SnapshotHead>> TakeAsync(CancellationToken cancellationToken)
    {
        // What a process before this one read was not handed over.
        while (FindBest() is HeadsObject best)
        {
            _read.Add(best.Id);
            try
            {
                TryTake(best.Id, await GetAsync(best.Id, cancellationToken));
            }
            catch (SnapFsException e) when (e.IsOfOneObject)
            {
                // As if it were not there.
            }
        }

        _wanted = [];
        return _found;
    }

    /// <summary>Reads an object.</summary>
    /// <inheritdoc cref="StorageExtensions.GetHashedAsync" path="/exception"/>
    internal Task<byte[]> GetAsync(ObjectId id, CancellationToken cancellationToken) => _storage.GetHashedAsync(
        NameOf(id), HeadsCodec.MaxLength, "its bytes do not give its name", cancellationToken);

    /// <summary>Keeps for the next process what is known.</summary>
    internal void Save()
    {
        if (_isChanged)
        {
            _file?.Save(_known.Values);
            _isChanged = false;
        }
    }

    /// <summary>The name of an object in storage.</summary>
    internal ObjectName NameOf(in ObjectId id) => new(ObjectKind.Index, _keys.DomainName, id.ToString());

    private bool Counts(HeadsObject heads) => heads.Signer is ShortId signer && _keys.MaySign(signer, FormatKind.Heads);

    private void Look(HeadsEntry entry, bool isWhole)
    {
        // Once for each name: a second look would find the same.
        if (!_wanted.Remove(entry.Snapshot))
        {
            return;
        }

        try
        {
            if ((!isWhole || SnapshotCodec.IsWhole(entry.Bytes.Span))
                && SnapshotCodec.DecodeHead(_keys, entry.Bytes.Span, entry.Snapshot) is SnapshotHead head)
            {
                _found.Add(head.Id, head);
            }
        }
        catch (SnapFsException e) when (e.IsOfOneObjectOrItsForm())
        {
            // The snapshot itself is read, and what is wrong with it is said then.
        }
    }

    /// <summary>The object with the most of what is wanted, if it is worth a request.</summary>
    private HeadsObject? FindBest()
    {
        HeadsObject? best = null;
        int most = Few;
        foreach (HeadsObject heads in _wanted.Count > Few ? Counting.Where(heads => !_read.Contains(heads.Id)) : [])
        {
            int count = heads.Snapshots.Count(_wanted.Contains);
            if (count > most)
            {
                (best, most) = (heads, count);
            }
        }

        return best;
    }
}
