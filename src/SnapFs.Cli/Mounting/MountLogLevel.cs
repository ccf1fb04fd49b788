namespace SnapFs.Cli.Mounting;

/// <summary>How urgent a line of the log is.</summary>
internal enum MountLogLevel
{
    /// <summary>Data cannot be read.</summary>
    Error,

    /// <summary>Something is missing, all that is known works.</summary>
    Warning,

    /// <summary>What happened.</summary>
    Info,
}
