namespace SnapFs.Afs.Chains;

/// <summary>What a dump is to a chain.</summary>
public enum ChainFit
{
    /// <summary>An increment that may be applied on <see cref="ChainVerdict.Predecessor"/>.</summary>
    Fits,

    /// <summary>A full dump: it begins a chain.</summary>
    StartsChain,

    /// <summary>The chain has it.</summary>
    AlreadyThere,

    /// <summary>An increment of which nothing shows whether one before it is missing: dumps of a read-write volume do not
    /// say when they were taken. <see cref="DumpFacts.TakenAt"/> of the dump before decides it.</summary>
    Unproven,

    /// <summary>No increment can fit any more, or none can yet: a full dump has to be taken.</summary>
    FullNeeded,

    /// <summary>It belongs elsewhere, or a dump before it is missing.</summary>
    DoesNotFit,
}
