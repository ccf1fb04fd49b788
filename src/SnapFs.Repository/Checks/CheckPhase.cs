namespace SnapFs.Repository.Checks;

/// <summary>The steps of a check, in order.</summary>
public enum CheckPhase
{
    /// <summary>Objects in <c>keys/</c> and <c>leases/</c>.</summary>
    Keys,

    /// <summary>Index segments.</summary>
    Index,

    /// <summary>The content of packs.</summary>
    Packs,

    /// <summary>Trees of snapshots.</summary>
    Trees,
}
