using System.Xml.Linq;

namespace SnapFs.Conventions.Tests;

/// <summary>The files of the repository as a developer sees them, without build output.</summary>
internal static class SourceTree
{
    private static readonly string[] Skipped = ["bin", "obj", ".git", "artifacts", ".vs", "TestResults"];

    /// <summary>The directory that holds SnapFs.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Paths relative to the root of all files below a directory with one of the endings.</summary>
    public static IEnumerable<string> Files(string directory, params string[] endings) =>
        Walk(Path.Combine(Root, directory))
            .Where(path => endings.Length == 0 || endings.Any(ending => path.EndsWith(ending, StringComparison.Ordinal)))
            .Select(path => Path.GetRelativePath(Root, path))
            .Order(StringComparer.Ordinal);

    /// <summary>The text of a file.</summary>
    public static string Read(string relativePath) => File.ReadAllText(Path.Combine(Root, relativePath));

    /// <summary>All projects, by name, as XML.</summary>
    public static Dictionary<string, XDocument> Projects { get; } = Files("src", ".csproj")
        .Concat(Files("tests", ".csproj"))
        .ToDictionary(path => Path.GetFileNameWithoutExtension(path), path => XDocument.Load(Path.Combine(Root, path)));

    private static IEnumerable<string> Walk(string directory)
    {
        if (!Directory.Exists(directory))
        {
            yield break;
        }

        foreach (string file in Directory.EnumerateFiles(directory))
        {
            yield return file;
        }

        foreach (string below in Directory.EnumerateDirectories(directory))
        {
            if (!Skipped.Contains(Path.GetFileName(below)))
            {
                foreach (string file in Walk(below))
                {
                    yield return file;
                }
            }
        }
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? directory = new(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "SnapFs.sln")))
            {
                return directory.FullName;
            }
        }

        throw new DirectoryNotFoundException($"no SnapFs.sln above {AppContext.BaseDirectory}");
    }
}
