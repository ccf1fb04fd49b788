namespace SnapFs.Mount;

/// <summary>How an operation ended; adaptors turn it into their system's number.</summary>
public enum MountStatus
{
    Done,

    /// <summary>No entry has that name.</summary>
    NotFound,

    /// <summary>Who asks may not use the node.</summary>
    Denied,

    /// <summary>An entry was looked for in something that is not a directory.</summary>
    NotADirectory,

    /// <summary>Bytes were asked of a directory.</summary>
    IsADirectory,

    /// <summary>The operation does not fit the type of the node.</summary>
    Invalid,

    /// <summary>The node is no longer known, for example one kept by an NFS client.</summary>
    Stale,

    /// <summary>The node has no such extended attribute.</summary>
    NoAttribute,

    /// <summary>Nothing here has extended attributes.</summary>
    NotSupported,

    /// <summary>The offset lies past the end, or nothing but a hole follows it.</summary>
    PastTheEnd,
}
