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
        Volume = new SnapshotVolume
        {
            Cell = cell,
            Name = facts.Name,
            Id = facts.VolumeId,
            Full = predecessor is null ? null : VolumeChains.FullOf(predecessor),
            Predecessor = predecessor?.Id,
        },
        Dump = new SnapshotDump
        {
            Name = facts.Name,
            Id = facts.VolumeId,
            Type = (byte)facts.Type,
            From = facts.From,
            To = facts.To,
            CreationDate = facts.CreationDate,
            UpdateDate = facts.UpdateDate,
            BackupDate = facts.BackupDate,
            AccessDate = facts.AccessDate,
            TakenAt = facts.TakenAt,
            Life = facts.Life,
            Length = 0,
            FullLength = 0,
        },
    };
}
