namespace SnapFs.Afs.Dumps;

/// <summary>The second section of a dump: the volume as the server knew it.</summary>
/// <remarks>Times are seconds since 1970; a field that the dump leaves out is 0 or empty. Text is bytes taken for Latin-1.</remarks>
public sealed record VolumeHeader
{
    /// <summary><c>i</c>: the id of the volume dumped.</summary>
    public uint Id { get; init; }

    /// <summary><c>v</c>: version of the volume's own format, 1.</summary>
    public uint FormatVersion { get; init; } = 1;

    /// <summary><c>n</c>: the name.</summary>
    public string Name { get; init; } = "";

    /// <summary><c>s</c>: 1 if it is in service; a volume restored with 0 cannot be used.</summary>
    public byte InService { get; init; } = 1;

    /// <summary><c>b</c>: 1 if it may be on line.</summary>
    public byte Blessed { get; init; } = 1;

    /// <summary><c>u</c>: the highest uniquifier given so far.</summary>
    public uint Uniquifier { get; init; }

    /// <summary><c>t</c>: read-write, read-only or backup.</summary>
    public VolumeType Type { get; init; }

    /// <summary><c>p</c>: the id of the read-write volume, in its clones too.</summary>
    public uint ParentId { get; init; }

    /// <summary><c>c</c>: the last clone.</summary>
    public uint CloneId { get; init; }

    /// <summary><c>q</c>: quota, KiB; 0 for none.</summary>
    public uint MaxQuota { get; init; }

    /// <summary><c>m</c>: reserved, KiB.</summary>
    public uint MinQuota { get; init; }

    /// <summary><c>d</c>: used, KiB.</summary>
    public uint DiskUsed { get; init; }

    /// <summary><c>f</c>: number of files.</summary>
    public uint FileCount { get; init; }

    /// <summary><c>a</c>: account.</summary>
    public uint Account { get; init; }

    /// <summary><c>o</c>: owner.</summary>
    public uint Owner { get; init; }

    /// <summary><c>C</c>: when this volume, or this clone, was made; a restore changes it.</summary>
    public uint CreationDate { get; init; }

    /// <summary><c>A</c>: last access.</summary>
    public uint AccessDate { get; init; }

    /// <summary><c>U</c>: last change.</summary>
    public uint UpdateDate { get; init; }

    /// <summary><c>E</c>: expiry, unused.</summary>
    public uint ExpirationDate { get; init; }

    /// <summary><c>B</c>: when the last backup clone was made.</summary>
    public uint BackupDate { get; init; }

    /// <summary><c>O</c>: why it is off line.</summary>
    public string OfflineMessage { get; init; } = "";

    /// <summary><c>M</c>: message of the day, empty.</summary>
    public string Message { get; init; } = "";

    /// <summary><c>W</c>: uses on each of the last seven days.</summary>
    public IReadOnlyList<uint> WeekUse { get; init; } = new uint[7];

    /// <summary><c>D</c>: the day that <see cref="DayUse"/> is of.</summary>
    public uint DayUseDate { get; init; }

    /// <summary><c>Z</c>: uses that day.</summary>
    public uint DayUse { get; init; }

    /// <summary><c>V</c>: update counter, which <c>vos</c> reads and does not write; null if it is absent.</summary>
    public uint? UpdateCounter { get; init; }
}
