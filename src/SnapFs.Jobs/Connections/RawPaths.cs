using System.Text;

namespace SnapFs.Jobs.Connections;

/// <summary>Paths of this machine from the command line.</summary>
public static class RawPaths
{
    /// <summary>A path that the runtime's own file functions can open, which take text only.</summary>
    /// <exception cref="UsageException">The path is not UTF-8.</exception>
    public static string RequireText(string path) =>
        Encoding.UTF8.GetString(RawText.ToBytes(path)) == path
            ? path
            : throw new UsageException($"the path {SafeText.Of(path)} is not UTF-8; give one that is");

    /// <summary>The same, and absolute.</summary>
    /// <exception cref="UsageException">The path is not UTF-8, or is relative to a current directory that is gone.</exception>
    public static string Absolute(string path)
    {
        try
        {
            return Path.GetFullPath(RequireText(path));
        }
        catch (IOException)
        {
            throw new UsageException("the current directory is gone; go to another or give whole paths");
        }
    }
}
