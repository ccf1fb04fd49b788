using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SnapFs;

/// <summary>
/// Finds libzstd and libsodium: first the copy that a published single file carries as a resource of its entry
/// assembly, then what a build has, the system's libzstd and the libsodium beside the assemblies, where NuGet put it.
/// </summary>
internal static class NativeLibraries
{
    internal const string Sodium = "libsodium";
    internal const string Zstd = "libzstd";

    private static readonly Lock LoadLock = new();
    private static readonly Dictionary<string, nint> Loaded = [];

    static NativeLibraries()
    {
        NativeLibrary.SetDllImportResolver(typeof(NativeLibraries).Assembly, Resolve);
        NativeLibrary.SetDllImportResolver(typeof(NSec.Cryptography.Key).Assembly, Resolve);
    }

    /// <summary>Runs the static constructor, which registers the resolvers, exactly once: before the first use of NSec.
    /// </summary>
    internal static void EnsureResolver()
    {
    }

    /// <summary>Loads a library from the first of its places that has it.</summary>
    /// <param name="name">The name in the import declarations, for example <c>libzstd</c>.</param>
    /// <param name="systemNames">What the loader of the operating system is asked for, in order.</param>
    /// <param name="package">The Debian package that brings the library.</param>
    /// <exception cref="MissingLibraryException">None of the places has the library.</exception>
    internal static nint Load(string name, ReadOnlySpan<string> systemNames, string package)
    {
        if (TryLoadCarried($"native/{name}.so", out nint handle))
        {
            return handle;
        }

        foreach (string systemName in systemNames)
        {
            if (NativeLibrary.TryLoad(systemName, out handle))
            {
                return handle;
            }
        }

        throw MissingLibraryException.NotFound(name, package);
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (name is not (Sodium or Zstd))
        {
            return 0; // libc and the like: the runtime's own search is right
        }

        lock (LoadLock)
        {
            if (!Loaded.TryGetValue(name, out nint handle))
            {
                handle = name == Zstd ? LoadZstd() : LoadSodium(assembly, searchPath);
                Loaded.Add(name, handle);
            }

            return handle;
        }
    }

    private static nint LoadZstd()
    {
        string[] names = OperatingSystem.IsWindows() ? ["libzstd.dll", "zstd.dll"] : ["libzstd.so.1", "libzstd.so"];
        nint handle = Load(Zstd, names, "libzstd1");
        LibrarySelfTests.Zstd(handle);
        return handle;
    }

    /// <remarks>NSec compares the version when it first calls; the system's may be older than what X-Wing needs.</remarks>
    private static nint LoadSodium(Assembly assembly, DllImportSearchPath? searchPath) =>
        TryLoadCarried($"native/{Sodium}.so", out nint handle) || NativeLibrary.TryLoad(Sodium, assembly, searchPath, out handle)
            ? handle
            : throw MissingLibraryException.Lost(Sodium);

    /// <summary>Loads a library out of the program itself, through a nameless file in memory.</summary>
    private static bool TryLoadCarried(string resource, out nint handle)
    {
        handle = 0;
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        using Stream? content = Assembly.GetEntryAssembly()?.GetManifestResourceStream(resource);
        return content is not null && TryLoadFromMemory(resource, content, out handle);
    }

    /// <summary>Loads a library from its bytes.</summary>
    internal static bool TryLoadFromMemory(string name, Stream content, out nint handle)
    {
        handle = 0;

        // Kernels with vm.memfd_noexec ask for MFD_EXEC; kernels before 6.3 refuse the flag.
        int descriptor = Interop.Libc.memfd_create(name, Interop.Libc.MFD_CLOEXEC | Interop.Libc.MFD_EXEC);
        if (descriptor < 0)
        {
            descriptor = Interop.Libc.memfd_create(name, Interop.Libc.MFD_CLOEXEC);
        }

        if (descriptor < 0)
        {
            return false; // the system's copy is the next to be tried
        }

        // The file stays open: the loader knows libraries by their paths, and with the number free for the next one
        // it would give this library again for that.
        using SafeFileHandle file = new(descriptor, ownsHandle: false);
        using FileStream stream = new(file, FileAccess.Write, bufferSize: 0);
        content.CopyTo(stream);
        return NativeLibrary.TryLoad($"/proc/self/fd/{descriptor}", out handle);
    }
}
