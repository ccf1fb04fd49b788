using System.Diagnostics;

namespace SnapFs.Cli.Hosting;

/// <summary>What the program exits with for what happened.</summary>
internal static class ExitCodes
{
    /// <summary>The code of a kind of error.</summary>
    public static ExitCode Of(ErrorKind kind) => kind switch
    {
        ErrorKind.Usage => ExitCode.Usage,
        ErrorKind.NoRepository => ExitCode.NoRepository,
        ErrorKind.WrongKey => ExitCode.WrongKey,
        ErrorKind.Damaged => ExitCode.Damaged,
        ErrorKind.StorageUnavailable => ExitCode.StorageUnavailable,
        ErrorKind.StorageFull => ExitCode.StorageUnavailable,
        ErrorKind.OtherDumpNeeded => ExitCode.OtherDumpNeeded,
        ErrorKind.NewerFormat => ExitCode.Failed,
        ErrorKind.NotFound => ExitCode.Failed,
        ErrorKind.Exists => ExitCode.Failed,
        ErrorKind.Refused => ExitCode.Failed,
        ErrorKind.Limit => ExitCode.Failed,
        ErrorKind.Source => ExitCode.Failed,
        ErrorKind.Changed => ExitCode.Failed,
        ErrorKind.Target => ExitCode.Failed,
        ErrorKind.Output => ExitCode.Failed,
        ErrorKind.Environment => ExitCode.Failed,
        ErrorKind.Bug => ExitCode.Failed,
        _ => throw new UnreachableException($"the kind {kind} has no exit code"),
    };

    /// <summary>This code, or another one if this is success.</summary>
    public static ExitCode Or(this ExitCode code, ExitCode other) => code == ExitCode.Success ? other : code;
}
