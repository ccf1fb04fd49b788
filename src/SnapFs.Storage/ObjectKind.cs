namespace SnapFs.Storage;

/// <summary>The namespaces of a repository; <c>docs/format.md</c> section 2.1 lists them.</summary>
public enum ObjectKind
{
    /// <summary><c>config-…</c>, beside the folders.</summary>
    Config,

    /// <summary><c>keys/</c>: who may read and write.</summary>
    Key,

    /// <summary><c>leases/</c>, in a folder of the domain: heartbeats of runs.</summary>
    Lease,

    /// <summary><c>gc/</c>: what is to be deleted.</summary>
    Mark,

    /// <summary><c>snapshots/</c>, in a folder of the domain.</summary>
    Snapshot,

    /// <summary><c>index/</c>, in a folder of the domain.</summary>
    Index,

    /// <summary><c>packs/</c>, in a folder of the domain and one named by the first two digits.</summary>
    Pack,

    /// <summary>The one object <c>config</c> of repositories that previews made; it is looked for only to say so.</summary>
    PreviewConfig,
}
