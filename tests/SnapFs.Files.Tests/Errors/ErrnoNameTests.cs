using System.Runtime.InteropServices;
using SnapFs.Posix;

namespace SnapFs.Files.Tests.Errors;

public sealed partial class ErrnoNameTests
{
    [SkippableFact]
    public void Names_are_those_of_the_C_library()
    {
        Skip.IfNot(
            NativeLibrary.TryLoad("libc.so.6", out nint library)
                && NativeLibrary.TryGetExport(library, "strerrorname_np", out _),
            "the C library is older than 2.32");
        for (int errno = 1; errno < 200; errno++)
        {
            Assert.Equal(
                Marshal.PtrToStringUTF8(strerrorname_np(errno)) ?? $"{errno}", Interop.Libc.NameOf(errno));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-13)]
    [InlineData(int.MaxValue)]
    public void What_is_no_error_is_shown_as_its_number(int errno) =>
        Assert.Equal($"{errno}", Interop.Libc.NameOf(errno));

    [LibraryImport("libc.so.6")]
    private static partial nint strerrorname_np(int errno);
}
