using System.Runtime.InteropServices;

namespace SnapFs.Cli.Mounting;

/// <summary>The system's log, facility <c>daemon</c>, under the name <c>snapfs</c>.</summary>
internal sealed class SyslogLog : IMountLog
{
    private static readonly nint Identity = Open();

    /// <inheritdoc/>
    public void Write(MountLogLevel level, string message)
    {
        int priority = level switch
        {
            MountLogLevel.Error => Interop.Libc.LOG_ERR,
            MountLogLevel.Warning => Interop.Libc.LOG_WARNING,
            _ => Interop.Libc.LOG_INFO,
        };
        GC.KeepAlive(Identity);
        Interop.Libc.syslog(priority, message.Replace("%", "%%", StringComparison.Ordinal));
    }

    /// <inheritdoc/>
    public void Reopen()
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private static nint Open()
    {
        nint identity = Marshal.StringToCoTaskMemUTF8("snapfs");
        Interop.Libc.openlog(identity, Interop.Libc.LOG_PID, Interop.Libc.LOG_DAEMON);
        return identity;
    }
}
