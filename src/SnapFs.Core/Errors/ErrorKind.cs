namespace SnapFs;

/// <summary>What happened, for programs: whoever catches decides by it, and <c>--json</c> writes it.</summary>
public enum ErrorKind
{
    /// <summary>The command line or a variable is wrong; nothing was done.</summary>
    Usage,

    /// <summary>There is no repository at the place named.</summary>
    NoRepository,

    /// <summary>The passphrase or key opens nothing in this repository.</summary>
    WrongKey,

    /// <summary>Stored data is damaged or forged.</summary>
    Damaged,

    /// <summary>Stored data is of a newer version, which this one must not interpret.</summary>
    NewerFormat,

    /// <summary>The storage cannot be reached or failed to do what it was asked.</summary>
    StorageUnavailable,

    /// <summary>There is no room: in the storage, on the disk of scratch files or where a dump is written.</summary>
    StorageFull,

    /// <summary>What was named is not there: a snapshot, a path in one, a slot, a volume.</summary>
    NotFound,

    /// <summary>Something has the name already that was to be made.</summary>
    Exists,

    /// <summary>It could be done, but would do harm or is not clear enough; the message says what to say or do first.</summary>
    Refused,

    /// <summary>The format cannot hold it: a name, a list of attributes or a text is beyond its limit.</summary>
    Limit,

    /// <summary>What is backed up or taken in cannot be read, or is not what it should be.</summary>
    Source,

    /// <summary>It is no longer what it was: something else changed or replaced it.</summary>
    Changed,

    /// <summary>What is restored cannot be written.</summary>
    Target,

    /// <summary>A volume dump does not go on from what is there; another one has to be taken.</summary>
    OtherDumpNeeded,

    /// <summary>Standard output cannot be written.</summary>
    Output,

    /// <summary>This machine lacks or refuses what is needed: a library, memory, a mount, another program.</summary>
    Environment,

    /// <summary>A fault of this program.</summary>
    Bug,
}
