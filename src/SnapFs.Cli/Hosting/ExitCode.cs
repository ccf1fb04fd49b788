namespace SnapFs.Cli.Hosting;

/// <summary>The exit codes of <c>snapfs</c>; <c>docs/exit-codes.md</c> lists them for users.</summary>
internal enum ExitCode
{
    /// <summary>Everything asked for was done.</summary>
    Success = 0,

    /// <summary>The command failed; also: nothing found, differences found.</summary>
    Failed = 1,

    /// <summary>The command line is wrong; nothing was done.</summary>
    Usage = 2,

    /// <summary>Some sources or targets could not be read or written; the rest is done.</summary>
    Partial = 3,

    /// <summary>The snapshot exists but not at every destination.</summary>
    NotEverywhere = 4,

    /// <summary>A volume dump does not go on from what is there; another one has to be taken.</summary>
    OtherDumpNeeded = 5,

    /// <summary>There is no repository at the place named.</summary>
    NoRepository = 10,

    /// <summary>The passphrase or key opens nothing in this repository.</summary>
    WrongKey = 12,

    /// <summary>Stored data is damaged or forged.</summary>
    Damaged = 13,

    /// <summary>The storage cannot be reached or is full.</summary>
    StorageUnavailable = 14,

    /// <summary>Stopped by SIGINT.</summary>
    Interrupted = 130,

    /// <summary>Stopped by SIGTERM.</summary>
    Terminated = 143,
}
