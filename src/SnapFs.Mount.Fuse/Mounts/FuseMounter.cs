using System.Globalization;
using System.Runtime.InteropServices;
using SnapFs.Mount.Fuse.Abi;
using LibC = SnapFs.Mount.Fuse.Interop.Libc.Interop;

namespace SnapFs.Mount.Fuse.Mounts;

/// <summary>Makes the mount and gives the descriptor on which the kernel speaks.</summary>
internal static class FuseMounter
{
    private const string Device = "/dev/fuse";

    /// <summary>Opens the device; -1 if only the set-uid helper may.</summary>
    /// <exception cref="MountException">There is no such device.</exception>
    internal static int TryOpenDevice()
    {
        int device = LibC.open(Device, LibC.O_RDWR | LibC.O_CLOEXEC);
        if (device >= 0)
        {
            return device;
        }

        Errno error = (Errno)Marshal.GetLastPInvokeError();
        if (error is Errno.ENOENT or Errno.ENODEV or Errno.ENXIO)
        {
            throw new MountException(
                $"{Device} is missing: load the kernel module with 'modprobe fuse', or give the container this device");
        }

        return LibC.geteuid() == 0
            ? throw new MountException(
                $"{Device} cannot be opened ({Marshal.GetPInvokeErrorMessage((int)error)}): give the container this device")
            : -1;
    }

    /// <summary>Mounts on a directory that was checked.</summary>
    /// <exception cref="MountException">The system refuses.</exception>
    internal static int Mount(string path, MountOptions options)
    {
        int device = TryOpenDevice();
        return LibC.geteuid() == 0 ? MountAsRoot(device, path, options) : MountAsUser(device, path, options);
    }

    private static int MountAsUser(int device, string path, MountOptions options)
    {
        if (device >= 0)
        {
            _ = LibC.close(device);
        }

        string other = options.AllowOther ? ",allow_other,default_permissions" : "";
        return Fusermount.Mount(path, $"ro,nosuid,nodev,fsname=snapfs,subtype=snapfs{other}");
    }

    private static int MountAsRoot(int device, string path, MountOptions options)
    {
        string other = options.AllowOther ? ",allow_other,default_permissions" : "";
        string data = string.Create(
            CultureInfo.InvariantCulture,
            $"fd={device},rootmode=40000,user_id={LibC.geteuid()},group_id={LibC.getegid()}{other}");
        nuint flags = LibC.MS_RDONLY | LibC.MS_NOSUID | LibC.MS_NODEV;
        if (LibC.mount("snapfs", path, MountTable.SnapFsType, flags, data) == 0)
        {
            return device;
        }

        int error = Marshal.GetLastPInvokeError();
        _ = LibC.close(device);
        throw new MountException(
            (Errno)error == Errno.EPERM
                ? $"{path}: not allowed to mount; run as an ordinary user with fusermount3 (package fuse3) or with CAP_SYS_ADMIN"
                : $"{path}: cannot be mounted: {Marshal.GetPInvokeErrorMessage(error)}");
    }
}
