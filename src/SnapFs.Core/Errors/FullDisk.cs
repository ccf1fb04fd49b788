namespace SnapFs;

/// <summary>Tells a disk without room from one that fails.</summary>
public static class FullDisk
{
    private const int NoSpace = 28;
    private const int NoQuota = 122;

    /// <summary>Whether there was no room, or none that this user may take: <c>ENOSPC</c> or <c>EDQUOT</c> (<c>errno.h</c> of Linux).
    /// </summary>
    /// <param name="errno">The error number, which .NET hands on as the <see cref="Exception.HResult"/> of what it throws.</param>
    public static bool IsSaidBy(int errno) => errno is NoSpace or NoQuota;
}
