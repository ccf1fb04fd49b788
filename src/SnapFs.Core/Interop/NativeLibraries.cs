using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SnapFs;

/// <summary>
/// Finds libzstd and libsodium: first the copy that a published single file carries as a resource of its entry
/// assembly, then the one beside the assemblies, where NuGet put it. Both are of one version wherever the program runs.
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
    /// <param name="assembly">Whose import it is.</param>
    /// <param name="searchPath">Where the import wants it to be looked for.</param>
    /// <exception cref="MissingLibraryException">None of the places has the library.</exception>
    internal static nint Load(string name, Assembly assembly, DllImportSearchPath? searchPath) =>
        TryLoadCarried($"native/{name}.so", out nint handle) || NativeLibrary.TryLoad(name, assembly, searchPath, out handle)
            ? handle
            : throw MissingLibraryException.NotLoaded(name);

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
                handle = Load(name, assembly, searchPath);
                Loaded.Add(name, handle);
            }

            return handle;
        }
    }

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
            return false;
        }

        // The file stays open: the loader knows libraries by their paths, and with the number free for the next one
        // it would give this library again for that.
        using SafeFileHandle file = new(descriptor, ownsHandle: false);
        using FileStream stream = new(file, FileAccess.Write, bufferSize: 0);
        content.CopyTo(stream);
        return NativeLibrary.TryLoad($"/proc/self/fd/{descriptor}", out handle);
    }
}
