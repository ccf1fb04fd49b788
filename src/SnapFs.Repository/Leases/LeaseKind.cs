namespace SnapFs.Repository.Leases;

/// <summary>What a run that holds a lease does.</summary>
public enum LeaseKind : byte
{
    /// <summary>It writes a snapshot.</summary>
    Backup = 1,

    /// <summary>It reads everything.</summary>
    Check = 2,

    /// <summary>It reads snapshots: a restore or a mount.</summary>
    Read = 3,

    /// <summary>It marks and deletes packs.</summary>
    Prune = 4,

    /// <summary>It copies between repositories.</summary>
    Copy = 5,
}
