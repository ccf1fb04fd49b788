using System.Runtime.InteropServices;
using SnapFs.Mount.Fuse.Abi;
using SnapFs.Posix.Files;

namespace SnapFs.Mount.Fuse.Mounts;

/// <summary>Takes SnapFs mounts away, those of other processes and of dead ones too.</summary>
public static class Unmounter
{
    /// <summary>Unmounts a directory.</summary>
    /// <param name="path">Where SnapFs is mounted.</param>
    /// <param name="isLazy">Whether to detach a mount that is in use: it goes when its last user does.</param>
    /// <exception cref="MountException">Nothing of SnapFs is mounted there, it is in use, or the right is missing.
    /// </exception>
    public static void Unmount(string path, bool isLazy)
    {
        string resolved = MountPoint.Resolve(path);
        if (MountTable.Find(resolved) is not { } mounted)
        {
            throw new MountException($"{path}: nothing is mounted there");
        }

        if (mounted.Type != MountTypes.SnapFs)
        {
            throw new MountException($"{path}: a {mounted.Type} file system is mounted there, not a SnapFs one");
        }

        // Unmounting asks nothing of the process behind the mount, so it comes first: that may hang.
        try
        {
            Unmount(path, resolved, isLazy);
        }
        catch (MountException) when (!isLazy && MountPoint.StateOf(resolved) == MountState.Dead)
        {
            Unmount(path, resolved, isLazy: true); // a dead mount answers nothing, so its users cannot keep it
        }
    }

    private static void Unmount(string path, string resolved, bool isLazy)
    {
        if (Interop.Libc.geteuid() != 0)
        {
            Fusermount.Unmount(resolved, isLazy);
        }
        else if (Interop.Libc.umount2(resolved, Interop.Libc.UMOUNT_NOFOLLOW | (isLazy ? Interop.Libc.MNT_DETACH : 0)) != 0)
        {
            throw Failure(path, (Errno)Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>Ends the connection of a mount, so that its users get errors instead of waiting, and detaches it.
    /// </summary>
    internal static void Abort(string resolved)
    {
        if (Interop.Libc.geteuid() == 0)
        {
            _ = Interop.Libc.umount2(resolved, Interop.Libc.UMOUNT_NOFOLLOW | Interop.Libc.MNT_FORCE | Interop.Libc.MNT_DETACH);
        }
        else
        {
            Fusermount.Unmount(resolved, isLazy: true);
        }
    }

    private static MountException Failure(string path, Errno error) => error == Errno.EBUSY
        ? new MountException(
            $"{path}: is in use; leave the directory and close its files (fuser -vm {path} lists who uses it)")
        : new MountException($"{path}: cannot be unmounted: {Marshal.GetPInvokeErrorMessage((int)error)}");
}
