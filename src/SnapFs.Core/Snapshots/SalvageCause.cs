namespace SnapFs.Snapshots;

/// <summary>Why a dump is not whole.</summary>
public enum SalvageCause
{
    /// <summary>It ends early.</summary>
    CutOff = 0,

    /// <summary>Bytes in it cannot be; they and what comes after them are not taken in.</summary>
    Damaged = 1,
}
