using SnapFs.Chunks;
using SnapFs.Objects;
using SnapFs.Repository.Deletion;
using SnapFs.Repository.Indexes;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Objects;
using SnapFs.Repository.Reading;
using SnapFs.Storage;

namespace SnapFs.Repository.Writing;

/// <summary>
/// Writes catalogues of the index: one in place of many objects that the run found when it began, so that who reads the index without
/// a cache reads few. What they replace stays where it is. Only what this signer has signed is merged: what another one says counts no
/// longer once that is revoked. Of runs that overlap one does it (<see cref="Turn"/>); two that do it list the same twice, which harms
/// nobody.
/// </summary>
public sealed class CatalogueWriter
{
    /// <summary>Catalogues of one kind that a run writes at most: a repository that has thousands of objects is put in order over some
    /// nights, and none takes much longer for it.</summary>
    private const int MaxCatalogues = 4;

    private readonly IStorage _storage;
    private readonly WritingRun _run;
    private readonly IDomainKeys _keys;
    private readonly IndexLoader _loader;
    private readonly List<SnapFsException> _problems = [];

    private CatalogueWriter(IStorage storage, WritingRun run, IndexLoader loader)
    {
        _storage = storage;
        _run = run;
        _keys = run.Keys;
        _loader = loader;
    }

    /// <summary>Writes the catalogues that are due. The lease of the run must hold, and what it was for be committed: nothing of this
    /// is needed.</summary>
    /// <param name="reader">The repository as the run found it.</param>
    /// <param name="run">The run.</param>
    /// <param name="cancellationToken">Gives up; what was written counts.</param>
    /// <returns>Objects that could not be read, and stay as they are.</returns>
    /// <exception cref="SnapFsException">The storage could not do it: a later run does what this one did not.</exception>
    public static async Task<IReadOnlyList<SnapFsException>> WriteAsync(
        RepositoryReader reader, WritingRun run, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(run);
        CatalogueWriter writer = new(reader.Storage, run, reader.Own.IndexLoader);
        if (run.Keys.MaySign(run.Keys.Signer, FormatKind.Index))
        {
            await writer.WriteAsync(reader.Own.Index, reader.Marks, cancellationToken).ConfigureAwait(false);
        }

        return writer._problems;
    }

    private async Task WriteAsync(ChunkIndex index, MarkSet marks, CancellationToken cancellationToken)
    {
        List<(ChunkKind Kind, CoveredObject Object)> known = Known(index);
        (ChunkKind Kind, long Length)[] due = [.. known.GroupBy(one => one.Kind)
            .Select(ofKind => (ofKind.Key, LengthOfChosen([.. ofKind.Select(one => one.Object.Length)])))
            .Where(ofKind => ofKind.Item2 > 0)];
        if (due.Length == 0)
        {
            return;
        }

        List<ObjectInfo> listed = await _storage.ListOldestFirstAsync(ObjectKind.Index, _keys.DomainName, cancellationToken)
            .ConfigureAwait(false);
        if (!Turn.IsOf(listed, _run, _loader, due.Min(ofKind => ofKind.Length), Random.Shared))
        {
            return;
        }

        HashSet<ObjectId> names = [.. listed.Select(info => info.Name.Hash)];
        foreach ((ChunkKind kind, _) in due)
        {
            HashSet<ObjectId> ofKind = [.. known.Where(one => one.Kind == kind).Select(one => one.Object.Id)];

            // What is to be deleted is left out: a catalogue would bring it back.
            List<ObjectInfo> objects =
                [.. listed.Where(info => info.Length > 0 && ofKind.Contains(info.Name.Hash) && !marks.Forbids(info.Name))];
            objects = await OwnOfAsync(objects, cancellationToken).ConfigureAwait(false);
            await WriteAsync(kind, objects, names, cancellationToken).ConfigureAwait(false);
        }
    }

    private static long LengthOfChosen(long[] lengths) => CatalogueTiers.Choose(lengths).Sum(position => lengths[position]);

    /// <summary>Those of the objects that say to be of this signer.</summary>
    private async Task<List<ObjectInfo>> OwnOfAsync(List<ObjectInfo> objects, CancellationToken cancellationToken)
    {
        List<ObjectInfo> own = [];
        byte[] beginning = new byte[SignedObject.SignerEnd];
        foreach (ObjectInfo info in objects.Where(info => info.Length >= beginning.Length))
        {
            try
            {
                await _storage.ReadAsync(info.Name, 0, beginning, cancellationToken).ConfigureAwait(false);
                if (SignedObject.SignerIn(beginning) == _keys.Signer)
                {
                    own.Add(info);
                }
            }
            catch (SnapFsException e) when (e.IsOfOneObject)
            {
                // Whoever needs it says so.
            }
        }

        return own;
    }

    /// <summary>What the run has read whole, counts, and nothing replaces.</summary>
    private static List<(ChunkKind Kind, CoveredObject Object)> Known(ChunkIndex index)
    {
        IndexRun[] runs = [.. index.Runs.Where(run => run is { IsTrusted: true, IsLost: false })];
        HashSet<ObjectId> replaced = CoveredObject.ReplacedIn(runs.SelectMany(run => run.Objects));
        return [.. runs.SelectMany(run => run.Objects.Select(covered => (run.Kind, covered)))
            .Where(one => !replaced.Contains(one.covered.Id))
            .DistinctBy(one => one.covered.Id)];
    }

    /// <param name="kind">What the chunks hold.</param>
    /// <param name="objects">Those that may be merged, oldest first.</param>
    /// <param name="listed">All objects of the index.</param>
    /// <param name="cancellationToken">Gives up.</param>
    private async Task WriteAsync(
        ChunkKind kind, List<ObjectInfo> objects, HashSet<ObjectId> listed, CancellationToken cancellationToken)
    {
        for (int i = 0; i < MaxCatalogues; i++)
        {
            int[] chosen = CatalogueTiers.Choose([.. objects.Select(info => info.Length)]);
            if (chosen.Length == 0)
            {
                return;
            }

            ObjectInfo[] merged = [.. chosen.Select(position => objects[position])];
            ObjectInfo? catalogue = await MergeAsync(kind, merged, listed, cancellationToken).ConfigureAwait(false);
            objects = [.. objects.Except(merged)];
            if (catalogue is ObjectInfo added)
            {
                objects.Add(added);
            }
        }
    }

    /// <returns>The catalogue; null if fewer than two of the objects can be merged.</returns>
    private async Task<ObjectInfo?> MergeAsync(
        ChunkKind kind, IReadOnlyList<ObjectInfo> objects, HashSet<ObjectId> listed, CancellationToken cancellationToken)
    {
        using CatalogueBuilder builder = new(kind);
        HashSet<ObjectId> merged = [];
        HashSet<ObjectId> replaced = [];
        foreach (ObjectInfo info in objects)
        {
            using IndexObject? read = await TryReadAsync(info.Name, cancellationToken).ConfigureAwait(false);
            if (read is { IsTrusted: true, HasMore: false } && read.Kind == kind && read.Signer == _keys.Signer)
            {
                builder.Add(read);
                merged.Add(read.Id);
                replaced.UnionWith(read.Replaced.ToArray());
            }
        }

        if (merged.Count < 2)
        {
            return null;
        }

        replaced.IntersectWith(listed); // what is gone needs no name
        replaced.UnionWith(merged);
        byte[] content = Encode(builder, replaced);
        return await PutAsync(content, cancellationToken).ConfigureAwait(false);
    }

    private byte[] Encode(CatalogueBuilder builder, HashSet<ObjectId> replaced)
    {
        using RunTables tables = builder.Complete();
        return IndexObjectCodec.Encode(_run, tables, replaced);
    }

    private async Task<ObjectInfo> PutAsync(byte[] content, CancellationToken cancellationToken)
    {
        ObjectId id = ObjectId.Of(content);
        ObjectName name = new(ObjectKind.Index, _keys.DomainName, id.ToString());

        // Read back before it counts, as a segment is: it is to be relied upon in place of others.
        using IndexObject decoded = IndexObjectCodec.Decode(_keys, content, id, name.RelativePath)
            ?? throw new EncodingLimitException($"{name} cannot be read back");
        await _storage.PutHashedAsync(name, content, cancellationToken).ConfigureAwait(false);
        _run.AddIndexed(id);
        using RunIntake? intake = _loader.BeginIntake();
        if (intake is not null)
        {
            intake.Add(decoded);
            _loader.Save(intake);
        }

        return new ObjectInfo(name, content.Length, DateTimeOffset.MaxValue);
    }

    private async Task<IndexObject?> TryReadAsync(ObjectName name, CancellationToken cancellationToken)
    {
        try
        {
            return await _loader.ReadAsync(name.Hash, cancellationToken).ConfigureAwait(false);
        }
        catch (ObjectNotFoundException)
        {
            return null; // deleted since it was listed
        }
        catch (SnapFsException e) when (e.IsOfOneObjectOrItsForm())
        {
            _problems.Add(e); // it was whole when it was taken into the cache
            return null;
        }
    }
}
