using SnapFs.Jobs.References;
using SnapFs.Snapshots;
using SnapFs.Storage;

namespace SnapFs.Jobs.Volumes;

/// <summary>Removes one of several copies of a dump from the repository.</summary>
public sealed class CopyRemoval
{
    private CopyRemoval(SnapshotHead copy, SnapshotHead stays)
    {
        Copy = copy;
        Stays = stays;
    }

    /// <summary>What is removed.</summary>
    public SnapshotHead Copy { get; }

    /// <summary>The newest of the others.</summary>
    public SnapshotHead Stays { get; }

    /// <summary>Checks that another copy stays.</summary>
    /// <param name="snapshots">All snapshots of the repository.</param>
    /// <param name="id">The first digits of that of the copy.</param>
    /// <exception cref="JobException">It is the only one, or something was applied on it.</exception>
    public static CopyRemoval Of(IReadOnlyCollection<SnapshotHead> snapshots, string id)
    {
        SnapshotHead copy = Find(snapshots, id);
        SnapshotHead[] others = [.. snapshots.Where(head => IsOtherCopy(head, copy))];
        if (others.Length == 0)
        {
            throw new JobException(
                ErrorKind.Refused,
                $"snapshot {SnapshotNames.ShortId(copy)} is the only one of its dump; nothing but copies can be removed");
        }

        if (snapshots.FirstOrDefault(head => head.Volume?.Predecessor == copy.Id) is { } above)
        {
            throw new JobException(
                ErrorKind.Refused,
                $"the increment of {Units.Time(above.Started)} (snapshot {SnapshotNames.ShortId(above)}) was applied on it; take that in "
                + "once more, so that it is applied on the other copy, and remove this one of it first");
        }

        return new CopyRemoval(copy, others[^1]);
    }

    /// <summary>Removes it.</summary>
    /// <param name="storage">The repository.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task RunAsync(IStorage storage, CancellationToken cancellationToken) =>
        storage.DeleteAsync(new ObjectName(ObjectKind.Snapshot, Copy.Domain.ToString(), Copy.Id.ToString()), cancellationToken);

    private static bool IsOtherCopy(SnapshotHead head, SnapshotHead copy) =>
        head is { Volume: { } volume, Dump: { } dump }
        && head.Id != copy.Id
        && copy is { Volume: { } ofVolume, Dump: { } ofDump }
        && volume.Cell == ofVolume.Cell
        && (dump.Salvage is null || ofDump.Salvage is not null)
        && VolumeChains.FactsOf(head).IsSameDump(VolumeChains.FactsOf(copy));

    private static SnapshotHead Find(IEnumerable<SnapshotHead> snapshots, string id)
    {
        const int ShortestId = 8;
        SnapshotHead[] found = id.Length < ShortestId
            ? []
            : [.. snapshots.Where(head => head.Dump is not null && head.Id.ToString().StartsWith(id, StringComparison.Ordinal))];
        return found.Length == 1
            ? found[0]
            : throw new JobException(
                ErrorKind.NotFound,
                $"there is no snapshot of a volume whose id begins with '{SafeText.Of(id)}'; it takes {ShortestId} digits or more");
    }
}
