using SnapFs.Cli.Hosting;
using SnapFs.Cli.Output;

namespace SnapFs.Cli.Repositories;

/// <summary>Paths of this machine from the command line.</summary>
internal static class RawPaths
{
    /// <summary>A path that the runtime's own file functions can open, which take text only.</summary>
    /// <exception cref="UsageException">The path is not UTF-8.</exception>
    public static string RequireText(string path) =>
        TextEncoding.UTF8.GetString(RawText.ToBytes(path)) == path
            ? path
            : throw new UsageException($"the path {SafeText.Of(path)} is not UTF-8; give one that is");

    /// <summary>The absolute path, raw, without <c>.</c>, <c>..</c> and doubled slashes.</summary>
    public static byte[] Absolute(string path)
    {
        if (path.Length == 0)
        {
            throw new UsageException("a path is empty; write . for the current directory");
        }

        string full = path[0] == '/' ? path : $"{Environment.CurrentDirectory}/{path}";
        Stack<string> parts = new();
        foreach (string part in full.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..")
            {
                parts.TryPop(out _);
            }
            else if (part != ".")
            {
                parts.Push(part);
            }
        }

        return RawText.ToBytes("/" + string.Join('/', parts.Reverse()));
    }
}
