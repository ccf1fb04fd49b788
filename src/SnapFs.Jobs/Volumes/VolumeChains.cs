using SnapFs.Afs.Chains;
using SnapFs.Objects;
using SnapFs.Snapshots;

namespace SnapFs.Jobs.Volumes;

/// <summary>The chains of dumps that a repository holds of one volume.</summary>
public sealed class VolumeChains
{
    private readonly List<List<SnapshotHead>> _chains;
    private readonly List<SnapshotHead> _salvaged;

    /// <param name="snapshots">All snapshots of the repository.</param>
    /// <param name="cell">The cell of the volume.</param>
    /// <param name="volumeId">The id of the read-write volume.</param>
    /// <param name="name">Its name.</param>
    public VolumeChains(IEnumerable<SnapshotHead> snapshots, string cell, uint volumeId, string name)
    {
        List<SnapshotHead> ofCell = [.. VolumeCopies.Merge([.. snapshots])
            .Where(head => head.Volume is { } volume && head.Dump is not null && volume.Cell == cell)];
        Namesake = ofCell.Where(head => head.Source == name).MaxBy(head => head.Started);
        ILookup<bool, SnapshotHead> states = ofCell
            .Where(head => head.Volume?.Id == volumeId)
            .ToLookup(head => head.Dump?.Salvage is not null);
        _salvaged = [.. states[true]];
        _chains = [.. states[false]
            .GroupBy(VolumeHistory.FullOf)
            .Select(chain => chain.Order(Comparer<SnapshotHead>.Create(CompareAge)).ToList())
            .Where(chain => FactsOf(chain[0]).IsFull)];
        _chains.Sort((first, second) => CompareAge(second[0], first[0]) is var age && age != 0
            ? age
            : second[0].Ended.CompareTo(first[0].Ended));
    }

    /// <summary>The last state of the newest chain; null if there is no chain.</summary>
    public SnapshotHead? Last => _chains.Count == 0 ? null : _chains[0][^1];

    /// <summary>The snapshot of an id.</summary>
    public SnapshotHead? Find(ObjectId? id) => _chains.SelectMany(chain => chain).FirstOrDefault(head => head.Id == id);

    /// <summary>Snapshots of the same dump, as far as headers can tell, in the same place of a chain.</summary>
    /// <param name="facts">The dump.</param>
    /// <param name="predecessor">What it was applied on; null for a full dump.</param>
    /// <param name="isSalvaged">Whether those are wanted that are not whole.</param>
    public IEnumerable<SnapshotHead> CopiesOf(DumpFacts facts, SnapshotHead? predecessor, bool isSalvaged) =>
        (isSalvaged ? _salvaged : _chains.SelectMany(chain => chain))
            .Where(head => head.Volume?.Predecessor == predecessor?.Id && FactsOf(head).IsSameDump(facts));

    /// <summary>The snapshot that leads furthest; null if there is none.</summary>
    public SnapshotHead? Newest => _chains.SelectMany(chain => chain).Concat(_salvaged).MaxBy(head => head.Started);

    /// <summary>The newest snapshot of whatever volume had the name: one that was restored in the place of another has an id of
    /// its own. Null if there is none.</summary>
    public SnapshotHead? Namesake { get; }

    /// <summary>Every snapshot of the volume and its namesake, the one that leads furthest first.</summary>
    public IEnumerable<SnapshotHead> NewestFirst => _chains.SelectMany(chain => chain).Concat(_salvaged)
        .OrderByDescending(head => head.Started)
        .Concat(Namesake is null ? [] : [Namesake]);

    /// <summary>Judges a dump by the chain that it belongs to: the newest whose full is not younger than it. Salvaged dumps are
    /// in no chain.</summary>
    /// <param name="facts">The dump.</param>
    /// <returns>The verdict, and the snapshot that the dump follows or is.</returns>
    public (ChainVerdict Verdict, SnapshotHead? Predecessor) Judge(DumpFacts facts)
    {
        (ChainVerdict verdict, SnapshotHead? predecessor) = JudgeByChains(facts);
        return verdict.Fit is ChainFit.Fits or ChainFit.StartsChain or ChainFit.AlreadyThere
            ? (verdict, predecessor)
            : (JudgeAfterSalvaged(facts) ?? verdict, predecessor);
    }

    private ChainVerdict? JudgeAfterSalvaged(DumpFacts facts) => _salvaged
        .Select(head => ChainRules.JudgeAfterSalvaged(FactsOf(head), facts))
        .FirstOrDefault(verdict => verdict is not null);

    private (ChainVerdict Verdict, SnapshotHead? Predecessor) JudgeByChains(DumpFacts facts)
    {
        (ChainVerdict, SnapshotHead?)? first = null;
        List<DumpFacts> fulls = [];
        foreach (List<SnapshotHead> chain in _chains)
        {
            DumpFacts full = FactsOf(chain[0]);
            ChainVerdict verdict = ChainRules.Judge([.. chain.Select(FactsOf)], facts);
            SnapshotHead? predecessor = verdict.Predecessor >= 0 ? chain[verdict.Predecessor] : null;

            // An increment that only the older of two copies of a full dump has is wanted once more: there may be damage below it.
            bool isOnOlderCopy = !facts.IsFull && fulls.Exists(full.IsSameDump) && first is { Item1.Fit: ChainFit.Fits };
            if (verdict.Fit == ChainFit.AlreadyThere && !isOnOlderCopy)
            {
                return (verdict, predecessor);
            }

            fulls.Add(full);

            // Of two chains the newer decides, unless it cannot know of the dump.
            if (first is null || first.Value.Item1.Reason == ChainReason.BeforeChain)
            {
                first = (verdict, predecessor);
            }
        }

        return first ?? (ChainRules.Judge((DumpFacts?)null, facts), null);
    }

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
