using SnapFs.Objects;

namespace SnapFs.Snapshots;

/// <summary>Takes snapshots of one dump for one: imports that run at once may each have made one before they saw the others'.
/// </summary>
public static class VolumeCopies
{
    /// <summary>Leaves one snapshot of each dump and chain.</summary>
    /// <param name="heads">All snapshots of a repository, also those that are not of volumes.</param>
    /// <returns>The same in the same order without the copies. What refers to a copy that is left out refers to the one that
    /// stays.</returns>
    public static IReadOnlyList<SnapshotHead> Merge(IReadOnlyList<SnapshotHead> heads)
    {
        ArgumentNullException.ThrowIfNull(heads);
        if (heads.All(head => head.Volume is null))
        {
            return heads; // what follows takes a start as long to compile as all the rest of a layout
        }

        Dictionary<ObjectId, ObjectId> kept = [];
        List<SnapshotHead> merged = [.. heads];
        while (MergeOnce(merged, kept))
        {
            // Increments on two copies of one dump are seen to be copies only once those are one.
            Redirect(merged, kept);
        }

        return merged;
    }

    private static bool MergeOnce(List<SnapshotHead> heads, Dictionary<ObjectId, ObjectId> kept)
    {
        HashSet<ObjectId> dropped = [];
        foreach (IGrouping<Key, SnapshotHead> copies in heads
            .Where(head => head is { Volume: not null, Dump: not null })
            .GroupBy(KeyOf)
            .Where(copies => copies.Skip(1).Any()))
        {
            SnapshotHead stays = copies
                .OrderBy(head => head.Dump!.Life is null) // all of them have a dump
                .ThenBy(head => head.Ended)
                .ThenBy(head => head.Id.ToString(), StringComparer.Ordinal)
                .First();
            foreach (SnapshotHead head in copies.Where(head => head.Id != stays.Id))
            {
                kept[head.Id] = stays.Id;
                dropped.Add(head.Id);
            }
        }

        heads.RemoveAll(head => dropped.Contains(head.Id));
        return dropped.Count > 0;
    }

    private static void Redirect(List<SnapshotHead> heads, Dictionary<ObjectId, ObjectId> kept)
    {
        for (int i = 0; i < heads.Count; i++)
        {
            if (heads[i].Volume is { Full: { } full, Predecessor: { } predecessor } volume
                && (kept.ContainsKey(full) || kept.ContainsKey(predecessor)))
            {
                heads[i] = heads[i] with { Volume = volume with { Full = Resolve(full, kept), Predecessor = Resolve(predecessor, kept) } };
            }
        }
    }

    private static ObjectId Resolve(ObjectId id, Dictionary<ObjectId, ObjectId> kept)
    {
        while (kept.TryGetValue(id, out ObjectId other))
        {
            id = other;
        }

        return id;
    }

    private static Key KeyOf(SnapshotHead head)
    {
        SnapshotDump dump = head.Dump!; // the caller has looked
        return new Key(
            head.Volume!, // likewise
            dump with { TakenAt = null, Life = null, FullLength = 0 },
            dump.Identity is null ? head.Root.Id : default);
    }

    /// <param name="Volume">The volume and the place in its chain.</param>
    /// <param name="Dump">The dump, its identity with it.</param>
    /// <param name="Root">Instead of an identity: trees made of one dump in one place of a chain are equal.</param>
    private readonly record struct Key(SnapshotVolume Volume, SnapshotDump Dump, Chunks.ChunkId Root);
}
