using System.Runtime.InteropServices;

namespace SnapFs.Posix;

internal static partial class Interop
{
    /// <content><c>sys/socket.h</c>: a descriptor passed by another process.</content>
    internal static unsafe partial class Libc
    {
        internal const int AF_UNIX = 1;
        internal const int SOCK_STREAM = 1;
        internal const int SOL_SOCKET = 1;
        internal const int SCM_RIGHTS = 1;
        internal const int MSG_CMSG_CLOEXEC = 0x40000000;

        [LibraryImport(Library, SetLastError = true)]
        internal static partial int socketpair(int domain, int type, int protocol, int* pair);

        [LibraryImport(Library, SetLastError = true)]
        internal static partial nint recvmsg(int fd, MessageHeader* message, int flags);

        /// <summary><c>struct msghdr</c>, 56 bytes.</summary>
        [StructLayout(LayoutKind.Sequential)]
        internal struct MessageHeader
        {
            internal void* Name;
            internal uint NameLength;
            internal IoVector* Vectors;
            internal nuint VectorCount;
            internal void* Control;
            internal nuint ControlLength;
            internal int Flags;
        }

        /// <summary><c>struct cmsghdr</c> followed by one descriptor.</summary>
        [StructLayout(LayoutKind.Sequential)]
        internal struct ControlMessageOfDescriptor
        {
            internal nuint Length;
            internal int Level;
            internal int Type;
            internal int Descriptor;
            internal int Padding;
        }
    }
}
