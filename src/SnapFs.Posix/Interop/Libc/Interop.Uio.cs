using System.Runtime.InteropServices;

namespace SnapFs.Posix;

internal static partial class Interop
{
    /// <content><c>sys/uio.h</c> and <c>poll.h</c>.</content>
    internal static unsafe partial class Libc
    {
        internal const short POLLIN = 1;

        [LibraryImport(Library, SetLastError = true)]
        internal static partial nint writev(int fd, IoVector* vectors, int count);

        [LibraryImport(Library, SetLastError = true)]
        internal static partial int poll(PollEntry* descriptors, nuint count, int timeout);

        /// <summary><c>struct iovec</c>, 16 bytes.</summary>
        [StructLayout(LayoutKind.Sequential)]
        internal struct IoVector
        {
            internal byte* Start;
            internal nuint Length;
        }

        /// <summary><c>struct pollfd</c>, 8 bytes.</summary>
        [StructLayout(LayoutKind.Sequential)]
        internal struct PollEntry
        {
            internal int Descriptor;
            internal short Wanted;
            internal short Happened;
        }
    }
}
