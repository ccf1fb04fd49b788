namespace SnapFs.Afs.Chains;

/// <summary>Why a dump does not fit.</summary>
public enum ChainReason
{
    /// <summary>Nothing speaks against it.</summary>
    None,

    /// <summary>It is a dump of another volume.</summary>
    OtherVolume,

    /// <summary>There is no chain yet.</summary>
    NoChain,

    /// <summary>The read-write volume has another creation date: it was restored or made anew.</summary>
    Recreated,

    /// <summary>The cell says that something else was put into the volume.</summary>
    Replaced,

    /// <summary>The volume went back to an earlier state, so that what an increment calls unchanged is not what the chain
    /// holds.</summary>
    WentBack,

    /// <summary>It begins later than what the chain holds.</summary>
    Skipped,

    /// <summary>It is older than the whole chain.</summary>
    BeforeChain,

    /// <summary>The dump before it was cut off: what it calls unchanged may not be there.</summary>
    Salvaged,
}
