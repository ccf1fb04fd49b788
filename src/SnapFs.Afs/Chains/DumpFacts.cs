using SnapFs.Afs.Dumps;
using SnapFs.Snapshots;

namespace SnapFs.Afs.Chains;

/// <summary>What the rules of a chain need to know of a dump. Times are seconds since 1970.</summary>
public sealed record DumpFacts
{
    /// <summary>Id of the read-write volume, also if a clone was dumped.</summary>
    public required uint VolumeId { get; init; }

    /// <summary>Name of the read-write volume. A volume may be renamed: only the id tells volumes apart.</summary>
    public required string Name { get; init; }

    /// <summary>What was dumped.</summary>
    public required VolumeType Type { get; init; }

    /// <summary>Changes from then on are in it; 0 in a full dump.</summary>
    public required uint From { get; init; }

    /// <summary>Last change of a read-write volume, time of cloning of a clone.</summary>
    public required uint To { get; init; }

    /// <summary>When the volume was made, or the clone: comparable only between dumps of the read-write volume.</summary>
    public required uint CreationDate { get; init; }

    /// <summary>Last change; a clone carries that of its volume, so this is comparable between all dumps.</summary>
    public required uint UpdateDate { get; init; }

    /// <summary>When the last backup clone was made.</summary>
    public required uint BackupDate { get; init; }

    /// <summary>Last access.</summary>
    public required uint AccessDate { get; init; }

    /// <summary>A time at which the volume is known to have been as in the dump, by whoever took it or by the time of the
    /// file that it was written to; null if there is none. It must not be too late: changes before it count as held.</summary>
    public uint? TakenAt { get; init; }

    /// <summary>What the cell said of the read-write volume while the dump was made; null if it was not asked.</summary>
    public VolumeLife? Life { get; init; }

    /// <summary>Whether the dump holds everything.</summary>
    public bool IsFull => From == 0;

    /// <summary>The volume cannot have been dumped earlier: every time in a dump had passed when it was taken. Changes
    /// before it are in the state that the dump leads to. Exact for a clone.</summary>
    public uint HeldUntil => Type != VolumeType.ReadWrite
        ? To
        : Math.Max(Math.Max(Math.Max(To, From), Math.Max(UpdateDate, AccessDate)), TakenAt ?? 0);

    /// <summary>The facts in the headers of a dump.</summary>
    /// <param name="header">The first.</param>
    /// <param name="volume">The second.</param>
    /// <param name="takenAt">See <see cref="TakenAt"/>.</param>
    public static DumpFacts Of(DumpHeader header, VolumeHeader volume, uint? takenAt = null)
    {
        ArgumentNullException.ThrowIfNull(header);
        ArgumentNullException.ThrowIfNull(volume);
        DumpInterval interval = header.Intervals.Count > 0 ? header.Intervals[0] : default;
        return new DumpFacts
        {
            VolumeId = volume.ParentId != 0 ? volume.ParentId : header.VolumeId,
            Name = VolumeName.WithoutSuffix(header.Name),
            Type = volume.Type,
            From = interval.From,
            To = interval.To,
            CreationDate = volume.CreationDate,
            UpdateDate = volume.UpdateDate,
            BackupDate = volume.BackupDate,
            AccessDate = volume.AccessDate,
            TakenAt = takenAt,
        };
    }

    /// <summary>The facts of a dump that was taken in.</summary>
    /// <param name="volume">Field 16 of the snapshot's head.</param>
    /// <param name="dump">Field 18 of it.</param>
    public static DumpFacts Of(SnapshotVolume volume, SnapshotDump dump)
    {
        ArgumentNullException.ThrowIfNull(volume);
        ArgumentNullException.ThrowIfNull(dump);
        return new DumpFacts
        {
            VolumeId = volume.Id,
            Name = volume.Name,
            Type = (VolumeType)dump.Type,
            From = dump.From,
            To = dump.To,
            CreationDate = dump.CreationDate,
            UpdateDate = dump.UpdateDate,
            BackupDate = dump.BackupDate,
            AccessDate = dump.AccessDate,
            TakenAt = dump.TakenAt,
            Life = dump.Life,
        };
    }

    /// <summary>Field 16 of the head of a snapshot that the dump is taken in as.</summary>
    /// <param name="cell">The cell of the volume.</param>
    /// <param name="predecessor">The snapshot that it is applied on; null for a full dump.</param>
    public SnapshotVolume ToVolume(string cell, SnapshotHead? predecessor) => new()
    {
        Cell = cell,
        Name = Name,
        Id = VolumeId,
        Full = predecessor is null ? null : VolumeHistory.FullOf(predecessor),
        Predecessor = predecessor?.Id,
    };

    /// <summary>Field 18 of it, with what the facts say.</summary>
    /// <param name="name">The name in the dump.</param>
    /// <param name="id">The id in the dump.</param>
    /// <param name="length">Bytes of the dump.</param>
    /// <param name="fullLength">Bytes of the full dump that can be made up of the state.</param>
    public SnapshotDump ToDump(string name, uint id, long length, long fullLength) => new()
    {
        Name = name,
        Id = id,
        Type = (byte)Type,
        From = From,
        To = To,
        CreationDate = CreationDate,
        UpdateDate = UpdateDate,
        BackupDate = BackupDate,
        AccessDate = AccessDate,
        TakenAt = TakenAt,
        Life = Life,
        Length = length,
        FullLength = fullLength,
    };

    /// <summary>Orders dumps of one volume by the state they lead to, older first, as long as the volume never went back.</summary>
    public static int CompareAge(DumpFacts first, DumpFacts second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        int byUpdate = first.UpdateDate.CompareTo(second.UpdateDate);
        return byUpdate != 0 ? byUpdate : first.HeldUntil.CompareTo(second.HeldUntil);
    }

    /// <summary>Whether both are the same dump, as far as headers can tell.</summary>
    public bool IsSameDump(DumpFacts other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return this with { TakenAt = null, Life = null } == other with { TakenAt = null, Life = null };
    }
}
