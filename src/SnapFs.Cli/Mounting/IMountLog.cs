namespace SnapFs.Cli.Mounting;

/// <summary>Where a mount that nobody watches says what happens. Safe for concurrent use; never throws.</summary>
internal interface IMountLog : IDisposable
{
    /// <summary>Writes one line.</summary>
    void Write(MountLogLevel level, string message);

    /// <summary>Writes one line about something that went wrong.</summary>
    void Write(MountLogLevel level, in Problem problem) => Write(level, problem.Text);

    /// <summary>Opens the log anew: it was rotated.</summary>
    void Reopen();
}
