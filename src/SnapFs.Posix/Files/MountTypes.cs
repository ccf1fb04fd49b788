using System.Globalization;

namespace SnapFs.Posix.Files;

/// <summary>Types of mounted file systems, as <c>/proc/self/mountinfo</c> names them (proc_pid_mountinfo(5)).</summary>
internal static class MountTypes
{
    /// <summary>The type under which SnapFs mounts appear.</summary>
    public const string SnapFs = "fuse.snapfs";

    /// <summary>The type of directories in which something is mounted once somebody looks (autofs(5), systemd.automount(5)).</summary>
    public const string Autofs = "autofs";

    /// <summary>The type of the file system with a device number; null if it is not mounted here or cannot be found out.
    /// </summary>
    /// <param name="device">As <see cref="FileStat.Device"/>.</param>
    public static string? Of(ulong device)
    {
        try
        {
            return Find(File.ReadLines("/proc/self/mountinfo"), device);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // there need not be a /proc
        }
    }

    /// <summary>The type in the lines of a table.</summary>
    internal static string? Find(IEnumerable<string> lines, ulong device)
    {
        string number = string.Create(CultureInfo.InvariantCulture, $"{device >> 32}:{device & uint.MaxValue}");
        foreach (string line in lines)
        {
            string[] fields = line.Split(' ');
            int dash = Array.IndexOf(fields, "-"); // fields before it are optional ones
            if (fields.Length > 2 && fields[2] == number && dash > 0 && fields.Length > dash + 1)
            {
                return fields[dash + 1];
            }
        }

        return null;
    }
}
