using System.Collections.Concurrent;
using SnapFs.Objects;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Reading;
using SnapFs.Storage;

namespace SnapFs.Repository.Indexes;

/// <summary>Brings a <see cref="ChunkIndex"/> up to date with the segments and catalogues in storage. Its members are not called
/// concurrently, but for the properties.</summary>
internal sealed class IndexLoader
{
    /// <summary>So many objects are fetched at once where none of them says which others need not be, and so many bytes.</summary>
    private const int FetchedAtOnce = 8;

    private const long BytesAtOnce = 16 * 1024 * 1024;

    private readonly IStorage _storage;
    private readonly IDomainKeys _keys;
    private readonly HeadsObjects _heads;
    private readonly RunStore? _store;
    private readonly ConcurrentDictionary<ObjectId, ObjectInfo?> _ignored = new();
    private readonly ConcurrentDictionary<ObjectId, SnapFsException> _problems = new();
    private readonly ConcurrentDictionary<ObjectId, bool> _untrusted = new();
    private readonly HashSet<ObjectId> _triedReplaced = [];
    private Dictionary<ObjectId, ObjectInfo> _listed = [];
    private bool _loaded;

    /// <param name="storage">The repository.</param>
    /// <param name="keys">The keys of the domain.</param>
    /// <param name="heads">Takes the heads objects, which lie among those of the index.</param>
    /// <param name="cache">Where runs are kept between processes; null keeps none.</param>
    internal IndexLoader(IStorage storage, IDomainKeys keys, HeadsObjects heads, LocalCache? cache)
    {
        _storage = storage;
        _keys = keys;
        _heads = heads;

        // Runs say nothing of who signed what they list, so they are of those who may sign it now.
        Owner = ObjectId.Of([.. keys.RepositoryId.Span, .. keys.Domain.ToArray(), .. keys.IndexDigest.Span]);
        _store = cache is null ? null : new RunStore(cache, Owner);
    }

    /// <summary>Segments that could not be used, and why; the chunks they list are missing.</summary>
    internal IReadOnlyList<SnapFsException> Problems => [.. _problems.Values];

    /// <summary>Packs that the cache knows from segments that are gone.</summary>
    internal IReadOnlyCollection<ObjectId> FormerPacks => _store?.FormerPacks ?? [];

    /// <summary>Objects that do not count and cannot be opened.</summary>
    internal IEnumerable<ObjectId> PassedOver =>
        _ignored.Where(entry => entry.Value is null && !_problems.ContainsKey(entry.Key)).Select(entry => entry.Key);

    /// <summary>Adds what is new in storage.</summary>
    /// <returns>Whether anything was added.</returns>
    internal async Task<bool> UpdateAsync(ChunkIndex index, CancellationToken cancellationToken)
    {
        List<ObjectInfo> objects = await _storage.ListOldestFirstAsync(ObjectKind.Index, _keys.DomainName, cancellationToken);
        _listed = objects.ToDictionary(info => info.Name.Hash);
        _heads.SetListed(_listed);
        foreach (ObjectId id in _problems.Keys.Where(id => !_listed.ContainsKey(id)))
        {
            _problems.TryRemove(id, out _);
        }

        // First what no run stands for: it may replace what a run stands for and is gone.
        List<StoredRun> stored = _loaded || _store is null ? [] : _store.OpenAll();
        HashSet<ObjectId> covered = [.. stored.SelectMany(run => run.Objects).Select(covered => covered.Id)];
        HashSet<ObjectId> known = [.. index.Objects(), .. covered];
        using RunIntake intake = new(_store, Owner);
        await ReadAsync(intake, null, Unread(objects, id => !known.Contains(id), intake), _listed, cancellationToken);
        List<StoredRun> standing = _store?.Load(stored, new ListedObjects(_listed, intake.Replaced)) ?? [];
        _loaded = true;
        foreach (StoredRun run in standing)
        {
            index.Add(run.Tables, run.Objects, RebuildOf(run, cancellationToken), isFromCache: true);
        }

        known = index.Objects();
        await ReadAsync(
            intake, null, Unread(objects, id => covered.Contains(id) && !known.Contains(id), intake), _listed, cancellationToken);
        if (intake.Count > 0)
        {
            Add(index, intake, cancellationToken);
            foreach (RunMerge merge in _store?.Merge() ?? [])
            {
                index.Replace(merge, RebuildOf(merge.Result, cancellationToken));
            }
        }

        return intake.Count > 0 || standing.Count > 0;
    }

    /// <summary>Reads anew what came from the cache: what it says led to nothing.</summary>
    /// <returns>Whether there was anything of it.</returns>
    internal async Task<bool> DistrustCacheAsync(ChunkIndex index, CancellationToken cancellationToken)
    {
        IndexRun[] cached = [.. index.Runs.Where(run => run.IsFromCache)];
        if (cached.Length == 0)
        {
            return false;
        }

        _store?.Clear();
        HashSet<ObjectId> replaced = CoveredObject.ReplacedIn(index.Runs.SelectMany(run => run.Objects));
        ObjectId[] ids = [.. cached.SelectMany(run => run.Objects)
            .Select(covered => covered.Id)
            .Distinct()
            .Where(id => !replaced.Contains(id))];
        using RunIntake intake = new(_store, Owner);
        await ReadAsync(intake, null, ids, null, cancellationToken);
        if (intake.Count < ids.Length)
        {
            return false; // what the cache says is better than nothing
        }

        Add(index, intake, cancellationToken);
        Array.ForEach(cached, index.Retire);
        return true;
    }

    /// <summary>Looks into objects that do not count: a chunk was not found elsewhere.</summary>
    /// <returns>Whether there were any.</returns>
    internal async Task<bool> LookIntoUntrustedAsync(ChunkIndex index, CancellationToken cancellationToken)
    {
        ObjectId[] ids = [.. _untrusted.Where(entry => !entry.Value).Select(entry => entry.Key)];
        if (ids.Length == 0)
        {
            return false;
        }

        using RunIntake intake = new(null, Owner);
        using RunIntake untrusted = new(null, Owner);
        await ReadAsync(intake, untrusted, ids, null, cancellationToken);
        untrusted.Complete(asOne: false).ForEach(run => index.AddUntrusted(run.Tables));
        foreach (ObjectId id in ids.Where(WasRead))
        {
            _untrusted[id] = true;
        }

        return untrusted.Count > 0;
    }

    /// <summary>Reads the objects that are still listed although others, which count, replace them: a chunk was not found
    /// elsewhere.</summary>
    /// <remarks>Not only where the index gives no place of the chunk: what replaces an object may give a wrong one, such as in a pack that
    /// never was, and nothing tells that from one that was lost. So a lost pack costs a reader each of these objects, once.</remarks>
    /// <returns>Whether there was any that could be read.</returns>
    internal async Task<bool> LookIntoReplacedAsync(ChunkIndex index, CancellationToken cancellationToken)
    {
        HashSet<ObjectId> read = [.. index.Runs.SelectMany(run => run.Objects)
            .Where(covered => (covered.Flags & CoveredObject.Replaced) == 0)
            .Select(covered => covered.Id)];
        ObjectId[] ids =
            [.. index.Objects().Where(id => _listed.ContainsKey(id) && !read.Contains(id) && !_triedReplaced.Contains(id))];
        using RunIntake intake = new(_store, Owner);
        foreach (ObjectId[] some in TogetherOf(ids))
        {
            Task<byte[]>[] fetched = [.. some.Select(id => FetchAsync(id, cancellationToken))];
            await ((Task)Task.WhenAll(fetched)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // each says what it failed of
            for (int i = 0; i < some.Length; i++)
            {
                await TakeAsync(intake, null, some[i], fetched[i], _listed);
            }
        }

        // Not before: if the storage fails, they are tried again the next time.
        Add(index, intake, cancellationToken);
        _triedReplaced.UnionWith(ids.Where(WasRead));
        return intake.Count > 0;
    }

    /// <summary>Whether an object was in the last listing.</summary>
    internal bool WasListed(in ObjectId id) => _listed.ContainsKey(id);

    /// <summary>Takes in what this process writes of the index, for the next one.</summary>
    /// <returns>Null if nothing is kept.</returns>
    internal RunIntake? BeginIntake() => _store is null ? null : new RunIntake(_store, Owner, isForCacheOnly: true);

    /// <summary>Keeps what was taken in.</summary>
    internal void Save(RunIntake intake)
    {
        intake.Complete(asOne: false);
        _store?.Merge();
    }

    /// <summary>Forgets which segments the cache knew to be gone, once a writer has looked at all they stood for.
    /// </summary>
    internal void ForgetLostSegments() => _store?.ForgetLost();

    private ObjectId Owner { get; }

    private void Add(ChunkIndex index, RunIntake intake, CancellationToken cancellationToken)
    {
        foreach (TakenRun run in intake.Complete(asOne: false))
        {
            if (run.File is StoredRun file)
            {
                index.Add(file.Tables, file.Objects, RebuildOf(file, cancellationToken), isFromCache: false);
            }
            else
            {
                index.Add(run.Tables, StoredRun.ObjectsOf(run.Tables), null, isFromCache: false);
            }
        }
    }

    /// <summary>What is to be read of a listing, as it is asked for: a catalogue is mostly larger than what it replaces, so that it comes
    /// first and little of that is read. What is as long, such as the catalogue that two runs made of the same, may be read for nothing.
    /// What is new is small and comes last, as it is to be found first. One that was damaged is read again if it was replaced.</summary>
    private IEnumerable<ObjectId> Unread(List<ObjectInfo> objects, Func<ObjectId, bool> isWanted, RunIntake intake) => objects
        .OrderByDescending(info => info.Length)
        .Where(info => isWanted(info.Name.Hash)
            && !intake.Replaced.Contains(info.Name.Hash)
            && !_heads.Knows(info.Name.Hash)
            && !_heads.MayWait(info.Name.Hash)
            && !(_ignored.TryGetValue(info.Name.Hash, out ObjectInfo? then) && (then is null || then == info)))
        .Select(info => info.Name.Hash);

    /// <summary>What to do when a file fails: delete it, and make another run of the same objects.</summary>
    private Func<RunTables?> RebuildOf(StoredRun run, CancellationToken cancellationToken) => () =>
    {
        _store!.Drop(run); // only a store gives such runs
        HashSet<ObjectId> replaced = CoveredObject.ReplacedIn(run.Objects);
        ObjectId[] ids = [.. run.Objects.Select(covered => covered.Id).Where(id => !replaced.Contains(id))];
        using RunIntake intake = new(_store, Owner);
        ReadAsync(intake, null, ids, null, cancellationToken).GetAwaiter().GetResult();
        if (intake.Count < ids.Length || intake.Complete(asOne: true) is not [TakenRun rebuilt])
        {
            return null;
        }

        run = rebuilt.File ?? run; // which may fail as well
        return rebuilt.Tables;
    };

    /// <summary>Reads objects of the index.</summary>
    /// <param name="intake">Takes in those that count.</param>
    /// <param name="untrusted">Takes in those that only tell where a chunk may lie; null if nobody wants them.</param>
    /// <param name="ids">The objects; of several places of a chunk that of the last is taken first.</param>
    /// <param name="listed">How they are listed, if they are.</param>
    /// <param name="cancellationToken">Gives up.</param>
    private async Task ReadAsync(
        RunIntake intake,
        RunIntake? untrusted,
        IEnumerable<ObjectId> ids,
        Dictionary<ObjectId, ObjectInfo>? listed,
        CancellationToken cancellationToken)
    {
        foreach (ObjectId id in ids)
        {
            await TakeAsync(intake, untrusted, id, FetchAsync(id, cancellationToken), listed);
        }
    }

    private async Task TakeAsync(
        RunIntake intake,
        RunIntake? untrusted,
        ObjectId id,
        Task<byte[]> fetched,
        Dictionary<ObjectId, ObjectInfo>? listed)
    {
        try
        {
            _problems.TryRemove(id, out _);
            using IndexObject? read = Decode(id, await fetched);
            if (read is null)
            {
                _ignored[id] = null;
            }
            else if (read.IsTrusted)
            {
                intake.Add(read);
            }
            else
            {
                _ignored[id] = null;
                _untrusted.TryAdd(id, untrusted is not null);
                untrusted?.Add(read);
            }
        }
        catch (ObjectNotFoundException)
        {
            // Gone since it was listed: as if it had not been listed.
        }
        catch (ObjectReadException e)
        {
            // This one object: it is tried again with the next listing, and the others stay readable.
            _problems[id] = e;
        }
        catch (SnapFsException e) when (e.Kind == ErrorKind.Damaged || e is NewerFormatException)
        {
            // What other objects list stays readable; whoever needs these chunks learns that they are missing.
            _ignored[id] = listed is null ? null : listed[id];
            _problems[id] = e;
        }
    }

    /// <summary>Whether the last try told what an object says, or that it says nothing: it need not be tried again.</summary>
    private bool WasRead(ObjectId id) => !(_problems.TryGetValue(id, out SnapFsException? problem) && problem is ObjectReadException);

    /// <summary>Which objects to fetch at once, the shortest first.</summary>
    private IEnumerable<ObjectId[]> TogetherOf(ObjectId[] ids)
    {
        List<ObjectId> some = [];
        long bytes = 0;
        foreach (ObjectId id in ids.OrderBy(id => _listed[id].Length))
        {
            if (some.Count == FetchedAtOnce || (some.Count > 0 && bytes + _listed[id].Length > BytesAtOnce))
            {
                yield return [.. some];
                some.Clear();
                bytes = 0;
            }

            some.Add(id);
            bytes += _listed[id].Length;
        }

        if (some.Count > 0)
        {
            yield return [.. some];
        }
    }

    /// <summary>Reads an object whole.</summary>
    /// <returns>What it lists; null if it cannot be opened with the keys of the domain.</returns>
    /// <exception cref="SnapFsException">It is gone, damaged or newer, or the storage fails.</exception>
    internal async Task<IndexObject?> ReadAsync(ObjectId id, CancellationToken cancellationToken) =>
        Decode(id, await FetchAsync(id, cancellationToken));

    private Task<byte[]> FetchAsync(ObjectId id, CancellationToken cancellationToken) => _storage.GetHashedAsync(
        NameOf(id),
        IndexObjectCodec.MaxLength,
        "its bytes do not give its name; restore it from a replica or run check",
        cancellationToken);

    private IndexObject? Decode(ObjectId id, byte[] content) =>
        _heads.TryTake(id, content) ? null : IndexObjectCodec.Decode(_keys, content, id, NameOf(id).RelativePath);

    private ObjectName NameOf(ObjectId id) => new(ObjectKind.Index, _keys.DomainName, id.ToString());
}
