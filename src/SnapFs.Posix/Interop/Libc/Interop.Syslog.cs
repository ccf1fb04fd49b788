using System.Runtime.InteropServices;

namespace SnapFs.Posix;

internal static partial class Interop
{
    /// <content><c>syslog.h</c>.</content>
    internal static partial class Libc
    {
        internal const int LOG_PID = 1;
        internal const int LOG_DAEMON = 3 << 3;
        internal const int LOG_ERR = 3;
        internal const int LOG_WARNING = 4;
        internal const int LOG_INFO = 6;

        /// <param name="identity">Not copied by the C library: must live as long as the process.</param>
        /// <param name="option">LOG_PID.</param>
        /// <param name="facility">LOG_DAEMON.</param>
        [LibraryImport(Library)]
        internal static partial void openlog(nint identity, int option, int facility);

        /// <param name="priority">LOG_ERR, LOG_WARNING or LOG_INFO.</param>
        /// <param name="format">A printf format; callers double every <c>%</c>, so that it takes no arguments.</param>
        [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
        internal static partial void syslog(int priority, string format);
    }
}
