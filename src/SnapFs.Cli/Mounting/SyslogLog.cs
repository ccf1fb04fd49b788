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
            MountLogLevel.Error => Interop.LOG_ERR,
            MountLogLevel.Warning => Interop.LOG_WARNING,
            _ => Interop.LOG_INFO,
        };
        GC.KeepAlive(Identity);
        Interop.syslog(priority, message.Replace("%", "%%", StringComparison.Ordinal));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private static nint Open()
    {
        nint identity = Marshal.StringToCoTaskMemUTF8("snapfs");
        Interop.openlog(identity, Interop.LOG_PID, Interop.LOG_DAEMON);
        return identity;
    }
}
