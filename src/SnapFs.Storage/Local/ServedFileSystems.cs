namespace SnapFs.Storage;

/// <summary>The file systems whose files a server keeps, and stamps by its own clock.</summary>
internal static class ServedFileSystems
{
    /// <summary>What statfs(2) says of a file system that a program of this machine serves.</summary>
    internal const uint Fuse = 0x65735546;

    /// <summary>What <c>/proc/self/mountinfo</c> calls such a file system of a disk, as of ntfs-3g.</summary>
    private const string FuseOfADisk = "fuseblk";

    /// <summary>The types in statfs(2), by <c>include/uapi/linux/magic.h</c> and the sources of those that it does not have.</summary>
    private static readonly uint[] NetworkTypes =
    [
        0x00006969, // NFS
        0x0000517B, // SMB
        0xFF534D42, // CIFS
        0xFE534D42, // SMB 2
        0x01021997, // 9P
        0x00C36400, // Ceph
        0x5346414F, // AFS
        0x6B414653, // AFS of the kernel
        0x73757245, // Coda
        0x0BD00BD0, // Lustre
        0x47504653, // GPFS
        0x19830326, // BeeGFS
        0x20030528, // OrangeFS
        0x786F4256, // VirtualBox
        0xBACBACBC, // VMware
    ];

    /// <summary>Whether another machine's clock may stamp the files. A program that serves files may have them from anywhere, as
    /// sshfs does, unless it has them from a disk: to ask a clock that is this machine's after all costs a listing, to
    /// trust one that is another's may cost a backup.</summary>
    /// <param name="type">The type in statfs(2).</param>
    /// <param name="mountType">The type in <c>/proc/self/mountinfo</c>, asked for only where it counts; null if it is not known.
    /// </param>
    internal static bool Contains(uint type, Func<string?> mountType) =>
        type == Fuse ? mountType() != FuseOfADisk : NetworkTypes.Contains(type);
}
