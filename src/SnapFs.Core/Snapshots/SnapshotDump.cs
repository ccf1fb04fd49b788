using SnapFs.Chunks;

namespace SnapFs.Snapshots;

/// <summary>The volume dump that a snapshot was made of. Times are seconds since 1970 in UTC.</summary>
public sealed record SnapshotDump
{
    /// <summary>The name in the dump, with <c>.backup</c> or <c>.readonly</c> if a clone was dumped by name.</summary>
    public required string Name { get; init; }

    /// <summary>The id in the dump: that of the clone if a clone was dumped.</summary>
    public required uint Id { get; init; }

    /// <summary>What was dumped: 0 the read-write volume, 1 a read-only clone, 2 the backup clone.</summary>
    public required byte Type { get; init; }

    /// <summary>Changes from then on are in it; 0 in a full dump.</summary>
    public required uint From { get; init; }

    /// <summary>Last change of a read-write volume, time of cloning of a clone.</summary>
    public required uint To { get; init; }

    /// <summary>When the volume, or the clone, was made.</summary>
    public required uint CreationDate { get; init; }

    /// <summary>Last change of the volume.</summary>
    public required uint UpdateDate { get; init; }

    /// <summary>When the last backup clone was made.</summary>
    public required uint BackupDate { get; init; }

    /// <summary>Last access.</summary>
    public required uint AccessDate { get; init; }

    /// <summary>When the dump was taken, if whoever took it in knew; never too late.</summary>
    public uint? TakenAt { get; init; }

    /// <summary>Bytes of the dump.</summary>
    public required long Length { get; init; }

    /// <summary>Bytes of the full dump that can be made up of the state.</summary>
    public required long FullLength { get; init; }

    /// <summary>Quota, KiB; 0 for none.</summary>
    public uint Quota { get; init; }

    /// <summary>Used, KiB, as the server counted.</summary>
    public uint Used { get; init; }

    /// <summary>What is missing of a dump that was cut off; null for a whole one.</summary>
    public DumpSalvage? Salvage { get; init; }

    /// <summary>The chunk id of the page that <c>dump/</c> begins with: equal for two dumps of a repository if and only if they are
    /// equal byte for byte. Null if an older version took the dump in.</summary>
    public ChunkId? Identity { get; init; }

    /// <summary>Whether the server had the volume in service when it was dumped; null if an older version took the dump in.</summary>
    public bool? IsInService { get; init; }

    /// <summary>What the cell said of the read-write volume while the dump was made; null if it was not asked.</summary>
    public VolumeLife? Life { get; init; }

    /// <summary>Of two dumps that lead to one state, the one with more of it counts: bytes of one that was cut off, and more than
    /// any of those for a whole one.</summary>
    public long Completeness => Salvage is null ? long.MaxValue : Length;

    /// <summary>Whether the dump held everything.</summary>
    public bool IsFull => From == 0;
}
