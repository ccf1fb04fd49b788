using System.Text;
using SnapFs.Afs.Chains;
using SnapFs.Objects;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Jobs.Volumes;

/// <summary>Stands for the snapshot that a dry run does not make, so that dumps after it can be judged.</summary>
internal static class PlannedSnapshot
{
    /// <summary>A head with what chains go by.</summary>
    public static SnapshotHead Of(DumpFacts facts, string cell, SnapshotHead? predecessor) => new()
    {
        Id = ObjectId.Of(Encoding.UTF8.GetBytes($"{cell} {facts}")),
        Host = cell,
        Source = facts.Name,
        Started = new Timestamp(facts.HeldUntil, 0),
        Ended = new Timestamp(facts.HeldUntil, 0),
        Agent = "",
        Root = default,
        Statistics = new SnapshotStatistics(),
        Volume = facts.ToVolume(cell, predecessor),
        Dump = facts.ToDump(facts.Name, facts.VolumeId, length: 0, fullLength: 0),
    };
}
