using System.Collections.Concurrent;
using SnapFs.Objects;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Objects;
using SnapFs.Repository.Reading;
using SnapFs.Storage;

namespace SnapFs.Repository.Writing;

/// <summary>Puts heads objects: copies of small snapshots, many in one, for readers without a cache.</summary>
/// <remarks>
/// With one object for each <see cref="MinNew"/> snapshots, a long life would make many. So as soon as there are
/// <see cref="ObjectsOfTier"/> of a tier, the next one holds all that is in these and replaces them; it is of the tier above. A
/// snapshot is copied once for each tier. What becomes too large is left as it is. Of runs that overlap one does it (<see cref="Turn"/>).
/// </remarks>
public static class HeadsWriter
{
    /// <summary>So many snapshots that are in no heads object make one worth while.</summary>
    internal const int MinNew = 64;

    /// <summary>So many heads objects of a tier are put together, and a tier begins with so many times the snapshots of the one
    /// below.</summary>
    internal const int ObjectsOfTier = 16;

    /// <summary>Larger snapshots, bytes, have long lists of problems, and are not copied.</summary>
    internal const int MaxSnapshot = 64 * 1024;

    /// <summary>More are not fetched in one run: a repository that has none yet gets them over some nights.</summary>
    private const int MaxNew = 512;

    /// <summary>More objects of a tier are not put together at once: somebody may have left any number of empty ones.</summary>
    private const int MaxOfTier = 64;

    /// <summary>Bytes of objects that are put together; one of more than half of it stays as it is.</summary>
    private const int MaxMerged = 24 * 1024 * 1024;

    private const int MaxReplaced = 16 * 1024;

    /// <summary>Puts a heads object, if enough snapshots of the domain that this process writes in are in none, and if this signer
    /// may. Whole snapshots are copied, those of other signers too: a reader sees by their names that they are what they were.
    /// </summary>
    /// <param name="reader">The repository, as it was listed when the run began.</param>
    /// <param name="run">The run, whose lease holds.</param>
    /// <param name="cancellationToken">Gives up; nothing needs what is not put.</param>
    /// <returns>Whether one was put.</returns>
    /// <exception cref="SnapFsException">It could not be put.</exception>
    public static async Task<bool> WriteAsync(RepositoryReader reader, WritingRun run, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(run);
        IDomainKeys keys = reader.Own.Keys;
        HeadsObjects objects = reader.Own.HeadsObjects;
        List<ObjectId> missing = FindMissing(reader);
        if (missing.Count < MinNew || !keys.MaySign(keys.Signer, FormatKind.Heads))
        {
            return false;
        }

        long length = missing.Sum(id => reader.Own.ListedSnapshots[id].Length);
        List<ObjectInfo> listed = await reader.Storage.ListOldestFirstAsync(ObjectKind.Index, keys.DomainName, cancellationToken)
            .ConfigureAwait(false);
        if (!Turn.IsOf(listed, run, reader.Own.IndexLoader, length, Random.Shared))
        {
            return false;
        }

        Dictionary<ObjectId, HeadsEntry> entries = await FetchAsync(reader, missing, cancellationToken).ConfigureAwait(false);
        if (entries.Count < MinNew)
        {
            return false;
        }

        List<ObjectId> replaced = [];
        foreach (HeadsObject merged in ToMerge(LiveOf(reader)))
        {
            if (await TryAddAsync(reader, merged, entries, cancellationToken).ConfigureAwait(false))
            {
                // What was replaced by the ones that are replaced is so by this one: nobody reads those any more to find out.
                // What an agent says that it replaces may be anything.
                bool isSound = merged.Signer is ShortId signer && (signer == keys.Signer || keys.IsAdministrator(signer));
                replaced.AddRange([merged.Id, .. merged.Replaced.Where(id => isSound && objects.IsListed(id))]);
            }
        }

        byte[] content = HeadsCodec.Encode(run, [.. entries.Values], [.. replaced.Distinct().Take(MaxReplaced)]);
        ObjectId name = ObjectId.Of(content);
        await reader.Storage.PutHashedAsync(objects.NameOf(name), content, cancellationToken).ConfigureAwait(false);
        objects.TryTake(name, content);
        objects.Save();
        return true;
    }

    /// <summary>Which objects are put together.</summary>
    /// <param name="live">Those that no other one replaces.</param>
    private static List<HeadsObject> ToMerge(IReadOnlyList<HeadsObject> live)
    {
        List<HeadsObject> chosen = [];
        long room = MaxMerged;
        for (int tier = 0; ; tier++)
        {
            HeadsObject[] same = [.. live.Where(heads => heads.Length <= MaxMerged / 2 && TierOf(heads) == tier).Take(MaxOfTier)];
            if (same.Length < ObjectsOfTier)
            {
                return chosen;
            }

            foreach (HeadsObject heads in same.Where(heads => heads.Length <= room))
            {
                chosen.Add(heads);
                room -= heads.Length;
            }
        }
    }

    private static int TierOf(HeadsObject heads)
    {
        int tier = 0;
        for (long next = MinNew * ObjectsOfTier; heads.Snapshots.Count >= next; next *= ObjectsOfTier)
        {
            tier++;
        }

        return tier;
    }

    private static List<ObjectId> FindMissing(RepositoryReader reader)
    {
        HashSet<ObjectId> held = [.. reader.Own.HeadsObjects.Counting.SelectMany(heads => heads.Snapshots)];
        return [.. reader.OwnSnapshots.Select(head => head.Id).Where(IsMissing).Take(MaxNew)];

        bool IsMissing(ObjectId id) => !held.Contains(id)
            && reader.Own.ListedSnapshots.TryGetValue(id, out ObjectInfo info)
            && info.Length <= MaxSnapshot;
    }

    /// <summary>Objects that can be put together with others: what they hold can be handed on by anyone, and is not in another one
    /// that replaces them. That one which says so without holding it is not believed.</summary>
    private static List<HeadsObject> LiveOf(RepositoryReader reader)
    {
        HeadsObject[] counting = [.. reader.Own.HeadsObjects.Counting];
        Dictionary<ObjectId, List<HeadsObject>> by = [];
        foreach (HeadsObject heads in counting)
        {
            foreach (ObjectId replaced in heads.Replaced)
            {
                (by.TryGetValue(replaced, out List<HeadsObject>? list) ? list : by[replaced] = []).Add(heads);
            }
        }

        return [.. counting.Where(heads => heads.IsProven && !IsReplaced(heads))];

        bool IsReplaced(HeadsObject heads) => by.TryGetValue(heads.Id, out List<HeadsObject>? list)
            && list.Exists(other => heads.Snapshots.Where(reader.Own.ListedSnapshots.ContainsKey).All(other.Snapshots.Contains));
    }

    private static async Task<Dictionary<ObjectId, HeadsEntry>> FetchAsync(
        RepositoryReader reader, List<ObjectId> snapshots, CancellationToken cancellationToken)
    {
        ConcurrentBag<HeadsEntry> fetched = [];
        ParallelOptions options = new()
        {
            CancellationToken = cancellationToken,
            MaxDegreeOfParallelism = Environment.ProcessorCount,
        };
        await Parallel.ForEachAsync(snapshots, options, async (id, token) =>
        {
            try
            {
                byte[] content = await reader.Storage.GetAsync(SnapshotCodec.StorageName(reader.Own.Keys, id), MaxSnapshot, token)
                    .ConfigureAwait(false);
                HeadsEntry entry = new(id, content);
                if (entry.IsProven())
                {
                    fetched.Add(entry);
                }
            }
            catch (SnapFsException e) when (e.IsOfOneObject)
            {
                // It was removed, or cannot be read: there is nothing to copy.
            }
        }).ConfigureAwait(false);
        return fetched.ToDictionary(entry => entry.Snapshot);
    }

    /// <summary>Adds what an object holds of the snapshots that are listed.</summary>
    /// <returns>False if it cannot be read or holds what is not copied, and so is not replaced.</returns>
    private static async Task<bool> TryAddAsync(
        RepositoryReader reader, HeadsObject heads, Dictionary<ObjectId, HeadsEntry> entries, CancellationToken cancellationToken)
    {
        HeadsObjects objects = reader.Own.HeadsObjects;
        bool isWhole = true;
        try
        {
            byte[] content = await objects.GetAsync(heads.Id, cancellationToken).ConfigureAwait(false);
            return HeadsCodec.Decode(reader.Own.Keys, content, heads.Id, objects.NameOf(heads.Id).RelativePath, Add) is not null
                && isWhole;
        }
        catch (SnapFsException e) when (e.IsOfOneObjectOrItsForm())
        {
            return false;
        }

        void Add(HeadsOrigin by, HeadsEntry entry)
        {
            if (!reader.Own.ListedSnapshots.ContainsKey(entry.Snapshot))
            {
                return;
            }

            if (entry.Bytes.Length <= MaxSnapshot && entry.IsProven())
            {
                entries.TryAdd(entry.Snapshot, entry);
            }
            else
            {
                isWhole = false;
            }
        }
    }
}
