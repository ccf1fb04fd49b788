using System.Runtime.InteropServices;
using SnapFs.Mount.Fuse.Abi;
using SnapFs.Posix.Files;

namespace SnapFs.Mount.Fuse.Mounts;

/// <summary>Checks of the directory a file system is mounted on.</summary>
internal static unsafe class MountPoint
{
    /// <summary>How long a mount may take to say that it is there.</summary>
    private static readonly TimeSpan MaxSilence = TimeSpan.FromSeconds(5);

    /// <summary>The absolute path without links. The last component is not entered: it may be a dead mount.</summary>
    /// <exception cref="MountException">The path does not exist.</exception>
    internal static string Resolve(string path)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (TryRealPath(full, out string? resolved, out Errno error))
        {
            return resolved;
        }

        if (error == Errno.ENOTCONN && Path.GetDirectoryName(full) is { } parent
            && TryRealPath(parent, out string? resolvedParent, out error))
        {
            return Path.Combine(resolvedParent, Path.GetFileName(full));
        }

        throw error == Errno.ENOENT
            ? new MountException($"{path}: there is no such directory; create it first")
            : new MountException($"{path}: {Marshal.GetPInvokeErrorMessage((int)error)}");
    }

    /// <summary>Makes sure that a file system may be mounted here, clearing a dead mount of ours.</summary>
    /// <exception cref="MountException">It may not.</exception>
    internal static void Prepare(string path)
    {
        if (MountTable.Find(path) is { } mounted && mounted.Type != MountTypes.Autofs)
        {
            MountState state = mounted.Type == MountTypes.SnapFs ? StateOf(path) : MountState.Alive;
            if (state != MountState.Dead)
            {
                throw new MountException(state == MountState.Silent
                    ? $"{path}: a mount of snapshots lies there that does not answer; end it with 'snapfs umount --lazy {path}'"
                    : $"{path}: {mounted.Source} is mounted there already ({mounted.Type}); unmount it or choose another directory");
            }

            Unmounter.Unmount(path, isLazy: true);
        }

        if (!Directory.Exists(path))
        {
            throw new MountException($"{path}: is not a directory");
        }

        if (IsAutomounted(path))
        {
            return; // a listing asks for this very mount and waits until it is there
        }

        try
        {
            if (Directory.EnumerateFileSystemEntries(path).Any())
            {
                throw new MountException($"{path}: the directory is not empty; choose an empty one");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MountException($"{path}: cannot be read: {SystemText.Of(e)}", e);
        }
    }

    /// <summary>Whether a look into the directory has something mounted on it.</summary>
    private static bool IsAutomounted(string path) =>
        FileStat.Follow(in RawPath.Terminate(RawPath.FromText(path))[0], out FileStat stat) == 0
        && MountTypes.Of(stat.Device) == MountTypes.Autofs;

    /// <summary>Whether a mount has lost the process that served it.</summary>
    /// <remarks>Asks what kernels never answer from their caches, as they do for attributes of the root, and on a thread of its
    /// own: the process may be there and answer nothing.</remarks>
    internal static MountState StateOf(string path)
    {
        MountState state = MountState.Silent;
        Thread thread = new(() => state = Ask(path)) { IsBackground = true, Name = "mount state" };
        thread.Start();
        return thread.Join(MaxSilence) ? state : MountState.Silent;
    }

    private static MountState Ask(string path)
    {
        return Interop.Libc.statfs(path, out _) != 0 && (Errno)Marshal.GetLastPInvokeError() == Errno.ENOTCONN
            ? MountState.Dead
            : MountState.Alive;
    }

    private static bool TryRealPath(string path, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? resolved, out Errno error)
    {
        byte* result = Interop.Libc.realpath(in RawPath.Terminate(RawPath.FromText(path))[0], null);
        if (result is null)
        {
            resolved = null;
            error = (Errno)Marshal.GetLastPInvokeError();
            return false;
        }

        resolved = Marshal.PtrToStringUTF8((nint)result)!; // not null, see above
        Interop.Libc.free(result);
        error = Errno.None;
        return true;
    }
}

/// <summary>What is known of the process behind a mount.</summary>
internal enum MountState
{
    /// <summary>It answers.</summary>
    Alive,

    /// <summary>It does not answer.</summary>
    Silent,

    /// <summary>It has ended.</summary>
    Dead,
}
