using System.Globalization;
using System.Runtime.InteropServices;
using SnapFs.Mount.Fuse.Abi;
using SnapFs.Posix.Files;

namespace SnapFs.Mount.Fuse.Mounts;

/// <summary>Makes the mount and gives the descriptor on which the kernel speaks.</summary>
internal static class FuseMounter
{
    private const string Device = "/dev/fuse";

    /// <summary>Opens the device; -1 if only the set-uid helper may.</summary>
    /// <exception cref="MountException">There is no such device.</exception>
    internal static int TryOpenDevice()
    {
        int device = Interop.Libc.open(Device, Interop.Libc.O_RDWR | Interop.Libc.O_CLOEXEC, 0);
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

        return Interop.Libc.geteuid() == 0
            ? throw new MountException(
                $"{Device} cannot be opened ({Marshal.GetPInvokeErrorMessage((int)error)}): give the container this device")
            : -1;
    }

    /// <summary>Mounts on a directory that was checked.</summary>
    /// <exception cref="MountException">The system refuses.</exception>
    internal static int Mount(string path, MountOptions options)
    {
        int device = TryOpenDevice();
        return Interop.Libc.geteuid() == 0 ? MountAsRoot(device, path, options) : MountAsUser(device, path, options);
    }

    private static int MountAsUser(int device, string path, MountOptions options)
    {
        if (device >= 0)
        {
            _ = Interop.Libc.close(device);
        }

        string other = options.AllowOther ? ",allow_other,default_permissions" : "";
        string exec = options.NoExec ? ",noexec" : "";
        string source = MountSource.Escape(MountSource.Of(options.Source));
        return Fusermount.Mount(path, $"ro,nosuid,nodev,noatime{exec},fsname={source},subtype=snapfs{other}");
    }

    private static int MountAsRoot(int device, string path, MountOptions options)
    {
        string other = options.AllowOther ? ",allow_other,default_permissions" : "";
        string data = string.Create(
            CultureInfo.InvariantCulture,
            $"fd={device},rootmode=40000,user_id={Interop.Libc.geteuid()},group_id={Interop.Libc.getegid()}{other}");
        nuint flags = Interop.Libc.MS_RDONLY | Interop.Libc.MS_NOSUID | Interop.Libc.MS_NODEV | Interop.Libc.MS_NOATIME
            | (options.NoExec ? Interop.Libc.MS_NOEXEC : 0);
        if (Interop.Libc.mount(MountSource.Of(options.Source), path, MountTypes.SnapFs, flags, data) == 0)
        {
            return device;
        }

        int error = Marshal.GetLastPInvokeError();
        _ = Interop.Libc.close(device);
        throw new MountException(
            (Errno)error == Errno.EPERM
                ? $"{path}: not allowed to mount; run as an ordinary user with fusermount3 (package fuse3) or with CAP_SYS_ADMIN"
                : $"{path}: cannot be mounted: {Marshal.GetPInvokeErrorMessage(error)}");
    }
}
