namespace SnapFs.Repository.Objects;

/// <summary>What an object is: the fifth byte of each (<c>docs/format.md</c> section 2.3).</summary>
public enum FormatKind : byte
{
    /// <summary>The repository's parameters; its hash is the repository's id.</summary>
    Config = 1,

    /// <summary>A numbered set of keys, signed by the root.</summary>
    Epoch = 2,

    /// <summary>Who holds the secrets of the newest epoch.</summary>
    Administrator = 3,

    /// <summary>An administrator's secret under a passphrase.</summary>
    Slot = 4,

    /// <summary>Secrets sealed to the key of an administrator or an agent.</summary>
    Grant = 5,

    /// <summary>Public keys of a domain, and its secrets for administrators.</summary>
    Domain = 6,

    /// <summary>Says what an agent may sign.</summary>
    Certificate = 7,

    /// <summary>Takes trust away from a signer.</summary>
    Revocation = 8,

    /// <summary>Says what the storage that holds this copy of the repository can do.</summary>
    Store = 9,

    /// <summary>Encrypted chunks.</summary>
    Pack = 10,

    /// <summary>Which chunks lie where.</summary>
    Index = 11,

    /// <summary>The signed parts of many snapshots.</summary>
    Heads = 12,

    /// <summary>The only commit point.</summary>
    Snapshot = 13,

    /// <summary>A heartbeat of a run.</summary>
    Lease = 14,

    /// <summary>Says that packs or index objects are to be deleted.</summary>
    Mark = 15,

    /// <summary>Says that snapshots are to be deleted.</summary>
    Forget = 16,

    /// <summary>Names the runs that a deletion has to wait for.</summary>
    Witness = 17,

    /// <summary>Names objects that count whoever signed them.</summary>
    Voucher = 18,
}
