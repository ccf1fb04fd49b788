using SnapFs.Testing.Processes;

namespace SnapFs.EndToEnd.Tests.Harness;

/// <summary>Finds the program under test.</summary>
internal static class SnapFsBinary
{
    private static readonly Lazy<string> Found = new(Find);
    private static readonly Lazy<string> Shared = new(Share);

    /// <summary>SNAPFS_BINARY, or the build output of the command line project.</summary>
    public static string Path => Found.Value;

    /// <summary>A copy that every user may run: the source tree may lie where only its owner may enter.</summary>
    public static string PathForAll => Shared.Value;

    /// <summary>Whether it is the one file that users get, and not the output of a build with its libraries beside it.</summary>
    public static bool IsPublished => !File.Exists(System.IO.Path.ChangeExtension(Path, "dll"));

    /// <summary>The root of the source tree.</summary>
    public static string SourceRoot { get; } = FindSourceRoot();

    private static string Find()
    {
        string? named = Environment.GetEnvironmentVariable("SNAPFS_BINARY");
        if (!string.IsNullOrEmpty(named))
        {
            return File.Exists(named) ? named : throw new FileNotFoundException($"SNAPFS_BINARY names {named}");
        }

        string configuration = AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal)
            ? "Release"
            : "Debug";
        string path = System.IO.Path.Combine(SourceRoot, "src/SnapFs.Cli/bin", configuration, "net10.0/snapfs");
        return File.Exists(path) ? path : throw new FileNotFoundException($"{path} is missing: build the solution first");
    }

    private static string Share()
    {
        string copy = Directory.CreateTempSubdirectory("snapfs-e2e-program-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(copy, recursive: true);
        string wanted = IsPublished ? Path : System.IO.Path.GetDirectoryName(Path) + "/.";
        ProcessRunner.Shell($"""
            cp -r '{wanted}' '{copy}'
            chmod -R a+rX '{copy}'
            """).Expect();
        return System.IO.Path.Combine(copy, System.IO.Path.GetFileName(Path));
    }

    private static string FindSourceRoot()
    {
        for (DirectoryInfo? directory = new(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(directory.FullName, "SnapFs.sln")))
            {
                return directory.FullName;
            }
        }

        throw new DirectoryNotFoundException($"no SnapFs.sln above {AppContext.BaseDirectory}");
    }
}
