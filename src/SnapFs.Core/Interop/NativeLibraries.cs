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

    private static readonly Lock UnpackLock = new();
    private static readonly Dictionary<string, string?> Unpacked = [];

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
    /// <remarks>Each call makes a reference of its own: when two threads need a library first at the same time, the runtime
    /// gives the reference of one of them back.</remarks>
    /// <param name="name">The name in the import declarations, for example <c>libzstd</c>.</param>
    /// <param name="assembly">Whose import it is.</param>
    /// <param name="searchPath">Where the import wants it to be looked for.</param>
    /// <exception cref="MissingLibraryException">None of the places has the library.</exception>
    internal static nint Load(string name, Assembly assembly, DllImportSearchPath? searchPath) =>
        (Unpack(name) is { } path
            ? NativeLibrary.TryLoad(path, out nint handle)
            : NativeLibrary.TryLoad(name, assembly, searchPath, out handle))
            ? handle
            : throw MissingLibraryException.NotLoaded(name);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) =>
        name is Sodium or Zstd
            ? Load(name, assembly, searchPath)
            : 0; // libc and the like: the runtime's own search is right

    /// <summary>Where the library that the program carries is now, or null if it carries none.</summary>
    private static string? Unpack(string name)
    {
        lock (UnpackLock)
        {
            if (!Unpacked.TryGetValue(name, out string? path))
            {
                string resource = $"native/{name}.so";
                using Stream? content = OperatingSystem.IsLinux()
                    ? Assembly.GetEntryAssembly()?.GetManifestResourceStream(resource)
                    : null;
                path = content is null ? null : CopyToMemory(resource, content);
                Unpacked.Add(name, path);
            }

            return path;
        }
    }

    /// <summary>Copies a library to a nameless file in memory, for the loader, and says where it is.</summary>
    internal static string? CopyToMemory(string name, Stream content)
    {
        // Kernels with vm.memfd_noexec ask for MFD_EXEC; kernels before 6.3 refuse the flag.
        int descriptor = Interop.Libc.memfd_create(name, Interop.Libc.MFD_CLOEXEC | Interop.Libc.MFD_EXEC);
        if (descriptor < 0)
        {
            descriptor = Interop.Libc.memfd_create(name, Interop.Libc.MFD_CLOEXEC);
        }

        if (descriptor < 0)
        {
            return null;
        }

        // The file stays open: the loader knows libraries by their paths, and with the number free for the next one
        // it would give this library again for that.
        using SafeFileHandle file = new(descriptor, ownsHandle: false);
        using FileStream stream = new(file, FileAccess.Write, bufferSize: 0);
        content.CopyTo(stream);
        return $"/proc/self/fd/{descriptor}";
    }
}
