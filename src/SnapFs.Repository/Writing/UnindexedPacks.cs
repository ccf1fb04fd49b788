using SnapFs.Chunks;
using SnapFs.Objects;
using SnapFs.Repository.Indexes;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Leases;
using SnapFs.Repository.Objects;
using SnapFs.Repository.Packs;
using SnapFs.Storage;

namespace SnapFs.Repository.Writing;

/// <summary>
/// Indexes packs that no segment lists: a run was killed before it wrote the segment, or the segment was lost. A pack
/// says itself what it holds, so nothing in it needs to be stored again.
/// </summary>
internal sealed class UnindexedPacks
{
    private readonly IStorage _storage;
    private readonly WritingRun _run;
    private readonly IDomainKeys _keys;

    private UnindexedPacks(IStorage storage, WritingRun run)
    {
        _storage = storage;
        _run = run;
        _keys = run.Keys;
    }

    /// <summary>How many there were of no run that may still be alive.</summary>
    internal int Abandoned { get; private set; }

    /// <summary>How many of these could be read and are indexed now.</summary>
    internal int Indexed { get; private set; }

    /// <summary>Puts a segment of each kind over the packs that can be read. Those of a run that may still be alive are
    /// left to it.</summary>
    /// <param name="storage">The repository.</param>
    /// <param name="run">The run that indexes them.</param>
    /// <param name="packs">Packs that are listed and in no segment.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal static async Task<UnindexedPacks> IndexAsync(
        IStorage storage,
        WritingRun run,
        IReadOnlyCollection<ObjectInfo> packs,
        CancellationToken cancellationToken)
    {
        UnindexedPacks found = new(storage, run);
        if (packs.Count > 0)
        {
            await found.IndexAsync(packs, cancellationToken).ConfigureAwait(false);
        }

        return found;
    }

    private async Task IndexAsync(IReadOnlyCollection<ObjectInfo> packs, CancellationToken cancellationToken)
    {
        DateTimeOffset oldestLive = await OldestLiveRunAsync(cancellationToken).ConfigureAwait(false);
        Dictionary<ChunkKind, List<IndexedPack>> found = [];
        foreach (ObjectInfo info in packs.Where(info => info.ReceivedAt < oldestLive))
        {
            Abandoned++;
            if (await TryReadAsync(info, cancellationToken).ConfigureAwait(false) is IndexedPack pack)
            {
                Indexed++;
                if (!found.TryGetValue(pack.Description.Kind, out List<IndexedPack>? ofKind))
                {
                    found[pack.Description.Kind] = ofKind = [];
                }

                ofKind.Add(pack);
            }
        }

        foreach ((ChunkKind kind, List<IndexedPack> ofKind) in found)
        {
            // Its salt is fresh, so it has another name than a segment that listed them before and is damaged now.
            await SegmentWriter.WriteAsync(_storage, _run, kind, ofKind, null, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<IndexedPack?> TryReadAsync(ObjectInfo info, CancellationToken cancellationToken)
    {
        try
        {
            ObjectId id = info.Name.Hash;
            PackDescription description = await PackFooter.ReadAsync(
                _storage, _keys, id, info.Length, cancellationToken).ConfigureAwait(false);
            return new IndexedPack(id, info.Length, description);
        }
        catch (SnapFsException e) when (e.IsOfOneObjectOrItsForm())
        {
            return null; // nothing refers to it through the index, so nothing is lost by leaving it alone
        }
    }

    /// <summary>When the oldest of the runs began that may still be alive, by the storage's clock; the end of time if
    /// there is none. The caller's own run may be among them: it began after these packs.</summary>
    private async Task<DateTimeOffset> OldestLiveRunAsync(CancellationToken cancellationToken)
    {
        Dictionary<string, (ObjectInfo First, ObjectInfo Last)> runs = [];
        DateTimeOffset newest = DateTimeOffset.MinValue;
        await foreach (ObjectInfo info in _storage.ListAsync(ObjectKind.Lease, _keys.DomainName, cancellationToken).ConfigureAwait(false))
        {
            string run = info.Name.LeaseRun;
            (ObjectInfo first, ObjectInfo last) = runs.GetValueOrDefault(run, (info, info));
            runs[run] = (
                info.Name.LeaseNumber < first.Name.LeaseNumber ? info : first,
                info.Name.LeaseNumber > last.Name.LeaseNumber ? info : last);
            newest = info.ReceivedAt > newest ? info.ReceivedAt : newest;
        }

        DateTimeOffset oldest = DateTimeOffset.MaxValue;
        foreach ((ObjectInfo first, ObjectInfo last) in runs.Values)
        {
            if (first.ReceivedAt < oldest
                && newest - last.ReceivedAt < LeaseKeeper.Term
                && !await HasEndedAsync(last.Name, cancellationToken).ConfigureAwait(false))
            {
                oldest = first.ReceivedAt;
            }
        }

        return oldest;
    }

    private async Task<bool> HasEndedAsync(ObjectName name, CancellationToken cancellationToken)
    {
        try
        {
            byte[] content = await _storage.GetAsync(name, LeaseCodec.MaxLength, cancellationToken)
                .ConfigureAwait(false);
            return LeaseCodec.Decode(_keys, content, name.RelativePath) is { HasEnded: true };
        }
        catch (SnapFsException e) when (e.IsOfOneObjectOrItsForm())
        {
            return false; // it may be alive for all that can be told
        }
    }
}
