using System.Text;
using SnapFs.Cli.Hosting;
using SnapFs.Cli.Output;

namespace SnapFs.Cli.Repositories;

/// <summary>Paths of this machine from the command line.</summary>
internal static class RawPaths
{
    /// <summary>A path that the runtime's own file functions can open, which take text only.</summary>
    /// <exception cref="UsageException">The path is not UTF-8.</exception>
    public static string RequireText(string path) =>
        Encoding.UTF8.GetString(RawText.ToBytes(path)) == path
            ? path
            : throw new UsageException($"the path {SafeText.Of(path)} is not UTF-8; give one that is");
}
