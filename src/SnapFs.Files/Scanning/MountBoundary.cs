using SnapFs.Posix.Files;
using SnapFs.Snapshots;

namespace SnapFs.Files.Scanning;

/// <summary>Decides which directories below a source are not entered because of what is mounted there.</summary>
internal static class MountBoundary
{
    /// <summary>Why a directory is not entered; null if it is.</summary>
    /// <param name="fd">The directory.</param>
    /// <param name="directory">What it is.</param>
    /// <param name="parentDevice">The device of the directory above.</param>
    /// <param name="sourceDevice">The device of the source.</param>
    /// <param name="oneFileSystem">Whether what is mounted below a source is left out.</param>
    /// <param name="isSnapFs">Whether it is a mount of snapshots.</param>
    /// <remarks>A part of the same file system that is mounted there has the same device: only its root tells.</remarks>
    public static OmissionKind? Find(
        int fd, in FileStat directory, ulong parentDevice, ulong sourceDevice, bool oneFileSystem, out bool isSnapFs)
    {
        isSnapFs = false;
        if (oneFileSystem && (directory.IsMountRoot || directory.Device != sourceDevice))
        {
            return OmissionKind.OtherFileSystem;
        }

        if (directory.Device == parentDevice)
        {
            return null;
        }

        long type = Interop.Libc.fstatfs(fd, out Interop.Libc.StatfsBuffer buffer) == 0 ? buffer.Type : 0;
        isSnapFs = type == Interop.Libc.FUSE_SUPER_MAGIC && MountTypes.Of(directory.Device) == MountTypes.SnapFs;
        return isSnapFs || PseudoFileSystems.Contains(type) ? OmissionKind.PseudoFileSystem : null;
    }
}
