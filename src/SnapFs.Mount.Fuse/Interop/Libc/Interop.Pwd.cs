#pragma warning disable CS8981 // names of the C library stay as they are
using System.Runtime.InteropServices;

namespace SnapFs.Mount.Fuse.Interop.Libc;

/// <content><c>pwd.h</c> and <c>grp.h</c>.</content>
internal static unsafe partial class Interop
{
    internal const int ERANGE = 34;

    [LibraryImport(Library)]
    internal static partial int getpwnam_r(byte* name, passwd* entry, byte* buffer, nuint length, passwd** result);

    [LibraryImport(Library)]
    internal static partial int getpwuid_r(uint id, passwd* entry, byte* buffer, nuint length, passwd** result);

    [LibraryImport(Library)]
    internal static partial int getgrnam_r(byte* name, group* entry, byte* buffer, nuint length, group** result);

    [LibraryImport(Library)]
    internal static partial int getgrgid_r(uint id, group* entry, byte* buffer, nuint length, group** result);

    [StructLayout(LayoutKind.Sequential)]
    internal struct passwd
    {
        public byte* pw_name;
        public byte* pw_passwd;
        public uint pw_uid;
        public uint pw_gid;
        public byte* pw_gecos;
        public byte* pw_dir;
        public byte* pw_shell;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct group
    {
        public byte* gr_name;
        public byte* gr_passwd;
        public uint gr_gid;
        public byte** gr_mem;
    }
}
