namespace SnapFs.Storage;

/// <summary>The namespaces of a repository; <c>docs/format.md</c> section 2 lists them.</summary>
public enum ObjectKind
{
    /// <summary>The one object <c>config</c>.</summary>
    Config,

    /// <summary><c>keys/</c>: slots, epochs, agents, revocations.</summary>
    Key,

    /// <summary><c>leases/</c>: heartbeats of running backups.</summary>
    Lease,

    /// <summary><c>gc/</c>: deletion marks, forgets, first-seen times.</summary>
    Mark,

    /// <summary><c>snapshots/</c>.</summary>
    Snapshot,

    /// <summary><c>index/</c>.</summary>
    Index,

    /// <summary><c>packs/</c>, in a folder named by the first two digits.</summary>
    Pack,
}
