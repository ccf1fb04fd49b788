using SnapFs.Cli.Hosting;
using SnapFs.Jobs.Connections;
using SnapFs.Jobs.References;
using SnapFs.Repository.Reading;
using SnapFs.Snapshots;
using SnapFs.Storage;

namespace SnapFs.Cli.Volumes;

/// <summary>Removes one of several copies of a dump from the repository.</summary>
internal static class CopyRemoval
{
    /// <summary>Checks that another copy stays, asks, and removes the snapshot.</summary>
    /// <exception cref="JobException">It is the only one, or something was applied on it.</exception>
    public static async Task<ExitCode> RunAsync(
        CommandContext context, string id, bool yes, CancellationToken cancellationToken)
    {
        await using RepositoryConnection session = await context.ConnectAsync(cancellationToken)
            .ConfigureAwait(false);
        using RepositoryReader reader = await session.OpenReaderAsync(cancellationToken).ConfigureAwait(false);
        SnapshotHead copy = Find(reader.Snapshots, id);
        SnapshotHead[] others = [.. reader.Snapshots.Where(head => IsOtherCopy(head, copy))];
        if (others.Length == 0)
        {
            throw new JobException(
                ErrorKind.Refused,
                $"snapshot {SnapshotNames.ShortId(copy)} is the only one of its dump; nothing but copies can be removed");
        }

        if (reader.Snapshots.FirstOrDefault(head => head.Volume?.Predecessor == copy.Id) is { } above)
        {
            throw new JobException(
                ErrorKind.Refused,
                $"the increment of {Units.Time(above.Started)} (snapshot {SnapshotNames.ShortId(above)}) was applied on it; take that in "
                + "once more, so that it is applied on the other copy, and remove this one of it first");
        }

        if (!yes)
        {
            Confirmation.Require(
                context,
                $"The copy of {SafeText.Of(copy.Volume?.Name ?? "")} of {Units.Time(copy.Started)} that was taken in at "
                    + $"{Units.Time(copy.Ended)} is removed for ever; that of {Units.Time(others[^1].Ended)} stays.",
                SnapshotNames.ShortId(copy));
        }

        await session.Storage.DeleteAsync(new ObjectName(ObjectKind.Snapshot, copy.Id.ToString()), cancellationToken).ConfigureAwait(false);
        context.Output.Summary(
            $"removed snapshot {SnapshotNames.ShortId(copy)}; {SnapshotNames.ShortId(others[^1])} of the same dump stays");
        return ExitCode.Success;
    }

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
