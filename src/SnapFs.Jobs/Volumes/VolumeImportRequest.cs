using SnapFs.Afs.Names;
using SnapFs.Jobs.Vos;

namespace SnapFs.Jobs.Volumes;

/// <summary>Which dumps to take in, and how.</summary>
public sealed record VolumeImportRequest
{
    /// <summary>How standard input is called among <see cref="Files"/>.</summary>
    public const string StandardInput = "-";

    /// <summary>The dumps: files, or <c>-</c> alone. With <see cref="Server"/>, the volumes to dump.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>Opens standard input, which <see cref="StandardInput"/> names.</summary>
    public required Func<Stream> OpenInput { get; init; }

    /// <summary>A command that makes dumps of the files; null if they are some.</summary>
    public string? Filter { get; init; }

    /// <summary>The cell to record.</summary>
    public required string Cell { get; init; }

    /// <summary>Whether the user has named it.</summary>
    public bool IsCellGiven { get; init; }

    /// <summary>Where the volumes are dumped; null if dumps are given.</summary>
    public VolumeServer? Server { get; init; }

    /// <summary>Names of protection server ids; null for those that were saved with the volume before.</summary>
    public PtsNames? Names { get; init; }

    /// <summary>When the dumps were taken, seconds since 1970; null if that is not known.</summary>
    public uint? TakenAt { get; init; }

    /// <summary>Whether an increment is taken that may lack one before it.</summary>
    public bool AcceptUnproven { get; init; }

    /// <summary>Whether a dump that is damaged or cut off is taken in as far as it goes.</summary>
    public bool Salvage { get; init; }

    /// <summary>Words to record.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Whether nothing is written.</summary>
    public bool DryRun { get; init; }
}
