using SnapFs.Objects;
using SnapFs.Snapshots;
using SnapFs.Volumes.Chains;

namespace SnapFs.Cli.Volumes;

/// <summary>The chains of dumps that a repository holds of one volume.</summary>
internal sealed class VolumeChains
{
    private readonly List<List<SnapshotHead>> _chains;

    /// <param name="snapshots">All snapshots of the repository.</param>
    /// <param name="cell">The cell of the volume.</param>
    /// <param name="volumeId">The id of the read-write volume.</param>
    public VolumeChains(IEnumerable<SnapshotHead> snapshots, string cell, uint volumeId)
    {
        _chains = [.. snapshots
            .Where(head => head.Volume is { } volume && head.Dump is not null && volume.Cell == cell && volume.Id == volumeId)
            .GroupBy(head => head.Volume?.Full ?? head.Id)
            .Select(chain => chain.Order(Comparer<SnapshotHead>.Create(CompareAge)).ToList())
            .Where(chain => FactsOf(chain[0]).IsFull)];
        _chains.Sort((first, second) => CompareAge(second[0], first[0]));
    }

    /// <summary>The snapshot that leads furthest; null if there is none.</summary>
    public SnapshotHead? Newest => _chains.SelectMany(chain => chain).MaxBy(head => head.Started);

    /// <summary>Judges a dump by the chain that it belongs to: the newest whose full is not younger than it.</summary>
    /// <param name="facts">The dump.</param>
    /// <returns>The verdict, and the snapshot that the dump follows or is.</returns>
    public (ChainVerdict Verdict, SnapshotHead? Predecessor) Judge(DumpFacts facts)
    {
        (ChainVerdict, SnapshotHead?)? first = null;
        foreach (List<SnapshotHead> chain in _chains)
        {
            ChainVerdict verdict = ChainRules.Judge([.. chain.Select(FactsOf)], facts);
            SnapshotHead? predecessor = verdict.Predecessor >= 0 ? chain[verdict.Predecessor] : null;
            if (verdict.Fit == ChainFit.AlreadyThere)
            {
                return (verdict, predecessor);
            }

            // Of two chains the newer decides, unless it cannot know of the dump.
            if (first is null || first.Value.Item1.Reason == ChainReason.BeforeChain)
            {
                first = (verdict, predecessor);
            }
        }

        return first ?? (ChainRules.Judge((DumpFacts?)null, facts), null);
    }

    /// <summary>The full that a snapshot's chain begins with.</summary>
    public static ObjectId FullOf(SnapshotHead head) => head.Volume?.Full ?? head.Id;

    /// <summary>What the head of a volume's snapshot says of its dump.</summary>
    public static DumpFacts FactsOf(SnapshotHead head) => head is { Volume: { } volume, Dump: { } dump }
        ? DumpFacts.Of(volume, dump)
        : throw new ArgumentException("not the snapshot of a volume", nameof(head));

    /// <summary>A full before the increments that lead to the same state.</summary>
    public static int CompareAge(DumpFacts first, DumpFacts second)
    {
        int age = DumpFacts.CompareAge(first, second);
        return age != 0 ? age : second.IsFull.CompareTo(first.IsFull);
    }

    private static int CompareAge(SnapshotHead first, SnapshotHead second) => CompareAge(FactsOf(first), FactsOf(second));
}
