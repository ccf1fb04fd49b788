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
    private readonly IDomainKeys _keys;

    private UnindexedPacks(IStorage storage, IDomainKeys keys)
    {
        _storage = storage;
        _keys = keys;
    }

    /// <summary>How many there were of no run that may still be alive.</summary>
    internal int Abandoned { get; private set; }

    /// <summary>How many of these could be read and are indexed now.</summary>
    internal int Indexed { get; private set; }

    /// <summary>Puts a segment of each kind over the packs that can be read. Those of a run that may still be alive are
    /// left to it.</summary>
    /// <param name="storage">The repository.</param>
    /// <param name="keys">The keys of the domain.</param>
    /// <param name="packs">Packs that are listed and in no segment.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal static async Task<UnindexedPacks> IndexAsync(
        IStorage storage,
        IDomainKeys keys,
        IReadOnlyCollection<ObjectInfo> packs,
        CancellationToken cancellationToken)
    {
        UnindexedPacks found = new(storage, keys);
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
            if (!await TryPutAsync(kind, ofKind, cancellationToken).ConfigureAwait(false))
            {
                // The very segment that listed them is there, damaged, and nothing is ever stored over an object: one
                // that lists a pack twice has another name.
                await TryPutAsync(kind, [.. ofKind, ofKind[0]], cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <returns>False if its name is taken by other bytes.</returns>
    private async Task<bool> TryPutAsync(ChunkKind kind, List<IndexedPack> packs, CancellationToken cancellationToken)
    {
        byte[] segment = IndexSegmentCodec.Encode(_keys, kind, packs);
        ObjectId id = ObjectId.Of(segment);
        ObjectName name = new(ObjectKind.Index, id.ToString());
        try
        {
            await _storage.PutAsync(name, segment, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (ObjectExistsException)
        {
            // Equal packs give equal bytes: another run may have been faster.
        }

        try
        {
            byte[] there = await _storage.GetAsync(name, IndexSegmentCodec.MaxLength, cancellationToken)
                .ConfigureAwait(false);
            return ObjectId.Of(there) == id;
        }
        catch (SnapFsException e) when (e.IsOfOneObject)
        {
            return false;
        }
    }

    private async Task<IndexedPack?> TryReadAsync(ObjectInfo info, CancellationToken cancellationToken)
    {
        try
        {
            ObjectId id = ObjectId.Read(Convert.FromHexString(info.Name.Id));
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
        await foreach (ObjectInfo info in _storage.ListAsync(ObjectKind.Lease, cancellationToken).ConfigureAwait(false))
        {
            string run = info.Name.Id[..ObjectName.HashIdLength];
            (ObjectInfo first, ObjectInfo last) = runs.GetValueOrDefault(run, (info, info));
            runs[run] = (NumberOf(info) < NumberOf(first) ? info : first, NumberOf(info) > NumberOf(last) ? info : last);
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

    private static int NumberOf(in ObjectInfo lease) => int.Parse(
        lease.Name.Id.AsSpan(ObjectName.HashIdLength + 1), System.Globalization.CultureInfo.InvariantCulture);

    private async Task<bool> HasEndedAsync(ObjectName name, CancellationToken cancellationToken)
    {
        try
        {
            byte[] content = await _storage.GetAsync(name, LeaseCodec.MaxLength, cancellationToken)
                .ConfigureAwait(false);
            return LeaseCodec.Decode(_keys, content, name.RelativePath).HasEnded;
        }
        catch (SnapFsException e) when (e.IsOfOneObjectOrItsForm())
        {
            return false; // it may be alive for all that can be told
        }
    }
}
