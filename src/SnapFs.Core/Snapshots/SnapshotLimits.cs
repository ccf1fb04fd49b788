namespace SnapFs.Snapshots;

/// <summary>
/// Bounds of snapshots (<c>docs/format.md</c> section 11). A reader refuses what is beyond the first group; a writer keeps
/// within all of them, so that the parts together never exceed <see cref="MaxObject"/>.
/// </summary>
public static class SnapshotLimits
{
    /// <summary>The largest snapshot, bytes.</summary>
    public const int MaxObject = 16 * 1024 * 1024;

    /// <summary>The longest part of a snapshot up to the end of its signature, bytes.</summary>
    public const int MaxSignedPart = 8 * 1024 * 1024;

    /// <summary>The longest name of a host, UTF-8 bytes.</summary>
    public const int MaxHost = 255;

    /// <summary>The longest source, agent, tag or problem, UTF-8 bytes.</summary>
    public const int MaxText = 65_535;

    /// <summary>The longest path in a body, bytes.</summary>
    public const int MaxPath = 65_535;

    /// <summary>The most problems in a body.</summary>
    public const int MaxProblems = 1000;

    /// <summary>The most omissions in a body.</summary>
    public const int MaxOmissions = 200_000;

    /// <summary>The longest text of a problem that is written, UTF-8 bytes; longer ones are cut in their middle.</summary>
    public const int MaxProblemText = 2048;

    /// <summary>Texts and paths of all problems that are written, bytes; later problems are only counted.</summary>
    public const int MaxProblemBytes = 2 * 1024 * 1024;

    /// <summary>The longest path of a problem or omission that is written, bytes.</summary>
    public const int MaxRecordedPath = 4096;

    /// <summary>The most omissions of one kind that are written.</summary>
    public const int MaxOmissionsOfKind = 10_000;

    /// <summary>Paths of all omissions of one kind that are written, bytes.</summary>
    public const int MaxOmissionBytesOfKind = 512 * 1024;

    /// <summary>Paths of all omissions that are written, bytes.</summary>
    public const int MaxOmissionBytes = 4 * 1024 * 1024;

    /// <summary>Exclude patterns that are written, bytes.</summary>
    public const int MaxExcludeBytes = 1024 * 1024;

    /// <summary>Backed-up paths that are written, bytes.</summary>
    public const int MaxPathBytes = 4 * 1024 * 1024;

    /// <summary>Tags that are written, bytes.</summary>
    public const int MaxTagBytes = 1024 * 1024;
}
