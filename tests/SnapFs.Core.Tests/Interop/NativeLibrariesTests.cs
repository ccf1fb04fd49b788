using System.Runtime.InteropServices;
using SnapFs.Compression;

namespace SnapFs.Tests;

public sealed partial class NativeLibrariesTests
{
    static NativeLibrariesTests() => NativeLibrary.SetDllImportResolver(
        typeof(NativeLibrariesTests).Assembly,
        (name, assembly, path) => name == "libnowhere" ? NativeLibraries.Load(name, assembly, path) : 0);

    [Fact]
    public void A_call_into_a_missing_library_names_it_in_one_line()
    {
        MissingLibraryException e = Assert.Throws<MissingLibraryException>(() => anything());

        Assert.Contains("libnowhere", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
        Assert.Equal(ErrorKind.Environment, e.Kind);
    }

    [SkippableFact]
    public void A_library_can_be_loaded_from_memory_and_used()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "memfd_create is a call of Linux");
        Assert.True(ZstdCompressor.MaxCompressedLength(1) > 1); // now it is mapped
        using FileStream content = OpenMapped("libzstd.so");

        nint library = NativeLibrary.Load(NativeLibraries.CopyToMemory("native/libzstd.so", content)!);

        Assert.True(NativeLibrary.TryGetExport(library, "ZSTD_compressCCtx", out _));
        NativeLibrary.Free(library);
    }

    [SkippableFact]
    public void A_second_library_from_memory_is_not_taken_for_the_first()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "memfd_create is a call of Linux");
        Assert.True(ZstdCompressor.MaxCompressedLength(1) > 1);
        Assert.NotEmpty(LibraryVersions.Sodium()); // now both are mapped
        using FileStream zstd = OpenMapped("libzstd.so");
        using FileStream sodium = OpenMapped("libsodium.so");

        nint first = NativeLibrary.Load(NativeLibraries.CopyToMemory("native/libzstd.so", zstd)!);
        nint second = NativeLibrary.Load(NativeLibraries.CopyToMemory("native/libsodium.so", sodium)!);

        Assert.True(NativeLibrary.TryGetExport(first, "ZSTD_compressCCtx", out _));
        Assert.True(NativeLibrary.TryGetExport(second, "crypto_kem_xwing_enc", out _));
        NativeLibrary.Free(first);
        NativeLibrary.Free(second);
    }

    /// <summary>As the runtime does for each thread that asked while another did.</summary>
    [Fact]
    public void A_reference_that_is_given_back_leaves_the_others()
    {
        for (int i = 0; i < 10; i++)
        {
            NativeLibrary.Free(NativeLibraries.Load(NativeLibraries.Zstd, typeof(ZstdCompressor).Assembly, null));
        }

        Assert.True(ZstdCompressor.MaxCompressedLength(1) > 1);
    }

    private static FileStream OpenMapped(string library)
    {
        string map = File.ReadLines("/proc/self/maps").First(line => line.Contains(library, StringComparison.Ordinal)
            && !line.Contains("memfd", StringComparison.Ordinal));
        return File.OpenRead(map[map.IndexOf('/', StringComparison.Ordinal)..]);
    }

    [LibraryImport("libnowhere")]
    private static partial int anything();
}
