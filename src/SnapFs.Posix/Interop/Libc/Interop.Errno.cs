using System.Runtime.InteropServices;

namespace SnapFs.Posix;

internal static partial class Interop
{
    internal static partial class Libc
    {
        internal const int EPERM = 1;
        internal const int ENOENT = 2;
        internal const int EINTR = 4;
        internal const int EIO = 5;
        internal const int ENXIO = 6;
        internal const int E2BIG = 7;
        internal const int EAGAIN = 11;
        internal const int ENOMEM = 12;
        internal const int EACCES = 13;
        internal const int EBUSY = 16;
        internal const int EEXIST = 17;
        internal const int EXDEV = 18;
        internal const int ENODEV = 19;
        internal const int ENOTDIR = 20;
        internal const int EISDIR = 21;
        internal const int EINVAL = 22;
        internal const int ENFILE = 23;
        internal const int EMFILE = 24;
        internal const int EFBIG = 27;
        internal const int EROFS = 30;
        internal const int EMLINK = 31;
        internal const int EPIPE = 32;
        internal const int ERANGE = 34;
        internal const int ENOSYS = 38;
        internal const int ENOTEMPTY = 39;
        internal const int ELOOP = 40;
        internal const int ENODATA = 61;
        internal const int EOPNOTSUPP = 95;
        internal const int ETIMEDOUT = 110;
        internal const int ESTALE = 116;

        /// <summary>errno of the call made last on this thread.</summary>
        internal static int Errno => Marshal.GetLastPInvokeError();

        /// <summary>The C library's words for an error number.</summary>
        internal static string Text(int errno) => Marshal.GetPInvokeErrorMessage(errno);
    }
}
