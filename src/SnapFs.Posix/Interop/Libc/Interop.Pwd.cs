using System.Runtime.InteropServices;

namespace SnapFs.Posix;

internal static partial class Interop
{
    internal static partial class Libc
    {
        /// <summary>Returns an error number; <paramref name="result"/> is null if there is no such user.</summary>
        [LibraryImport(Library)]
        internal static partial int getpwuid_r(
            uint user, out Passwd entry, ref byte buffer, nuint size, out nint result);

        /// <summary>Returns an error number; <paramref name="result"/> is null if there is no such group.</summary>
        [LibraryImport(Library)]
        internal static partial int getgrgid_r(
            uint group, out GroupEntry entry, ref byte buffer, nuint size, out nint result);

        /// <summary>Returns an error number; <paramref name="result"/> is null if there is no such user.</summary>
        [LibraryImport(Library)]
        internal static partial int getpwnam_r(
            ref readonly byte name, out Passwd entry, ref byte buffer, nuint size, out nint result);

        /// <summary>Returns an error number; <paramref name="result"/> is null if there is no such group.</summary>
        [LibraryImport(Library)]
        internal static partial int getgrnam_r(
            ref readonly byte name, out GroupEntry entry, ref byte buffer, nuint size, out nint result);

        /// <summary><c>struct passwd</c> of pwd.h, 48 bytes.</summary>
        [StructLayout(LayoutKind.Sequential, Size = 48)]
        internal struct Passwd
        {
            internal nint Name;
            internal nint Password;
            internal uint UserId;
            internal uint GroupId;
        }

        /// <summary><c>struct group</c> of grp.h, 32 bytes.</summary>
        [StructLayout(LayoutKind.Sequential, Size = 32)]
        internal struct GroupEntry
        {
            internal nint Name;
            internal nint Password;
            internal uint GroupId;
        }
    }
}
