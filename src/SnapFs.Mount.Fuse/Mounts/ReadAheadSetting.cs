using System.Globalization;

namespace SnapFs.Mount.Fuse.Mounts;

/// <summary>How much the kernel reads ahead on a mount: 128 KiB unless root raises it.</summary>
internal static class ReadAheadSetting
{
    /// <summary>One request of the largest size, and one more on its way.</summary>
    private const int KiB = 2048;

    /// <summary>Raises the read-ahead of a mounted directory.</summary>
    /// <returns>Null, or why it stays as it is.</returns>
    internal static string? TryRaise(string path)
    {
        if (MountTable.Find(path) is not { } mounted)
        {
            return "the mount is not in the mount table";
        }

        try
        {
            File.WriteAllText(
                $"/sys/class/bdi/{mounted.Device}/read_ahead_kb", KiB.ToString(CultureInfo.InvariantCulture));
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }
}
