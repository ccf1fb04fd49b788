namespace SnapFs.Repository.Objects;

/// <summary>What an object is: the fifth byte of each (<c>docs/format.md</c> section 2).</summary>
public enum FormatKind : byte
{
    /// <summary>The repository's parameters; its hash is the repository's id.</summary>
    Config = 1,

    /// <summary>The administrator's secrets under a passphrase.</summary>
    PassphraseSlot = 2,

    /// <summary>A numbered set of keys, signed by the root.</summary>
    Epoch = 3,

    /// <summary>Public keys of a domain in an epoch, and its secrets for administrators.</summary>
    Domain = 4,

    /// <summary>Says which domain and host a signer may write for.</summary>
    AgentCertificate = 5,

    /// <summary>The administrator's secrets, sealed to an X25519 key. Described, not written yet.</summary>
    RecipientSlot = 6,

    /// <summary>Names the last trusted objects of a signer. Described, not written yet.</summary>
    Revocation = 7,

    /// <summary>Encrypted chunks.</summary>
    Pack = 8,

    /// <summary>Descriptions of packs.</summary>
    IndexSegment = 9,

    /// <summary>Bundles old segments and snapshots. Described, not written yet.</summary>
    Catalogue = 10,

    /// <summary>The only commit point.</summary>
    Snapshot = 11,

    /// <summary>A heartbeat of a run.</summary>
    Lease = 12,

    /// <summary>A signed deletion mark. Described, not written yet.</summary>
    Mark = 13,

    /// <summary>Says that a snapshot was removed on purpose. Described, not written yet.</summary>
    Forget = 14,

    /// <summary>When an administrator first saw an object. Described, not written yet.</summary>
    FirstSeen = 15,
}
