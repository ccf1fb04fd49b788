using System.Runtime.InteropServices;
using SnapFs.Compression;

namespace SnapFs.Tests;

public sealed partial class NativeLibrariesTests
{
    static NativeLibrariesTests() => NativeLibrary.SetDllImportResolver(
        typeof(NativeLibrariesTests).Assembly,
        (name, _, _) => name == "libnowhere" ? NativeLibraries.Load(name, ["libnowhere.so.9"], "libnowhere9") : 0);

    [Fact]
    public void A_call_into_a_missing_library_names_the_package_in_one_line()
    {
        MissingLibraryException e = Assert.Throws<MissingLibraryException>(() => anything());

        Assert.Contains("apt install libnowhere9", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
        Assert.Equal(ExitCode.Failed, e.ExitCode);
    }

    [SkippableFact]
    public void A_library_can_be_loaded_from_memory_and_used()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "memfd_create is a call of Linux");
        Assert.True(ZstdCompressor.MaxCompressedLength(1) > 1); // now the system's copy is mapped
        string map = File.ReadLines("/proc/self/maps").First(line => line.Contains("libzstd.so", StringComparison.Ordinal));
        using FileStream content = File.OpenRead(map[map.IndexOf('/', StringComparison.Ordinal)..]);

        Assert.True(NativeLibraries.TryLoadFromMemory("native/libzstd.so", content, out nint library));

        LibrarySelfTests.Zstd(library);
        NativeLibrary.Free(library);
    }

    [Fact]
    public void A_library_without_the_expected_functions_is_refused()
    {
        nint wrong = NativeLibrary.GetMainProgramHandle();

        Assert.Contains("ZSTD_versionNumber", Assert.Throws<MissingLibraryException>(
            () => LibrarySelfTests.Zstd(wrong)).Message, StringComparison.Ordinal);
        Assert.Contains("sodium_init", Assert.Throws<MissingLibraryException>(
            () => LibrarySelfTests.Sodium(wrong)).Message, StringComparison.Ordinal);
    }

    [LibraryImport("libnowhere")]
    private static partial int anything();
}
