using SnapFs.Posix;
using SnapFs.Posix.Files;

namespace SnapFs.Files.Tests.Support;

/// <summary>Directories one in the other, far beyond what a path can name, and a file in each.</summary>
internal static class DeepTree
{
    public static void Make(string path, byte[] name, int levels)
    {
        int flags = Interop.Libc.O_RDONLY | Interop.Libc.O_DIRECTORY;
        byte[] nativeName = RawPath.Terminate(name);
        int directory = Descriptors.Open(Interop.Libc.AT_FDCWD, in RawPath.Terminate(RawPath.FromText(path))[0], flags);
        for (int i = 0; i < levels; i++)
        {
            Assert.True(directory >= 0);
            Assert.Equal(0, Interop.Libc.mkdirat(directory, in nativeName[0], 0x1C0));
            Assert.Equal(0, Interop.Libc.mknodat(directory, in "f\0"u8[0], Interop.Libc.S_IFREG | 0x180, 0));
            int next = Descriptors.Open(directory, in nativeName[0], flags);
            _ = Interop.Libc.close(directory);
            directory = next;
        }

        _ = Interop.Libc.close(directory);
    }
}
