using System.Globalization;
using SnapFs.Testing.Processes;

namespace SnapFs.EndToEnd.Tests.Harness;

/// <summary>
/// A repository, a cache and mount points in a temporary directory, and the program run against them. Disposing
/// unmounts what is mounted and removes everything.
/// </summary>
public sealed class RepositoryFixture : IDisposable
{
    public const string Password = "correct horse battery staple";

    private readonly TestDirectory directory = new();
    private int mounts;

    public RepositoryFixture()
    {
        Repository = directory["repository"];
        Cache = directory["cache"];
        Environment = new Dictionary<string, string?>
        {
            ["SNAPFS_REPOSITORY"] = Repository,
            ["SNAPFS_PASSWORD"] = Password,
            ["SNAPFS_CACHE_DIR"] = Cache,
            ["SNAPFS_PASSWORD_FILE"] = null,
            ["SNAPFS_PASSWORD_COMMAND"] = null,
        };
    }

    /// <summary>Where the repository lies.</summary>
    public string Repository { get; init; }

    /// <summary>The cache directory of every command that <see cref="Run"/> runs.</summary>
    public string Cache { get; }

    /// <summary>The variables every command is run with.</summary>
    public Dictionary<string, string?> Environment { get; }

    /// <summary>A path in the temporary directory.</summary>
    public string this[string name] => directory[name];

    /// <summary>Makes the repository, with the least key derivation that is allowed, for speed.</summary>
    public RepositoryFixture Initialise()
    {
        Run("init", "--argon-memory", "64M", "--argon-passes", "2").Expect();
        return this;
    }

    /// <summary>Runs the program to its end.</summary>
    public ProcessResult Run(params string[] arguments) =>
        ProcessRunner.Run(SnapFsBinary.Path, arguments, Options());

    /// <summary>Starts the program.</summary>
    internal RunningProcess Start(params string[] arguments) =>
        RunningProcess.Start(SnapFsBinary.Path, arguments, Options());

    /// <summary>Runs a line of shell in which <c>snapfs</c> is the program under test.</summary>
    public ProcessResult Shell(string script) =>
        ProcessRunner.Shell($"snapfs() {{ \"{SnapFsBinary.Path}\" \"$@\"; }}\n{script}", Options());

    /// <summary>
    /// Runs shell script as another user, by id; only root can. <c>snapfs</c> is the program under test.
    /// </summary>
    public ProcessResult ShellAs(string user, string script) => ProcessRunner.Run(
        "setpriv",
        [
            "--reuid", user, "--regid", user, "--clear-groups", "--",
            "sh", "-euc", $"snapfs() {{ \"{SnapFsBinary.PathForAll}\" \"$@\"; }}\n{script}",
        ],
        Options() with { WorkingDirectory = "/" });

    /// <summary>Mounts the repository on a new directory.</summary>
    public MountPoint Mount(params string[] arguments)
    {
        string path = NewMountPoint();
        Run(["mount", path, .. arguments]).Expect();
        return new MountPoint(this, path);
    }

    /// <summary>Makes an empty directory to mount on.</summary>
    public string NewMountPoint()
    {
        string path = this[string.Create(CultureInfo.InvariantCulture, $"mnt{mounts++}")];
        Directory.CreateDirectory(path);
        return path;
    }

    /// <summary>Number of snapshots that the program lists.</summary>
    public int CountSnapshots() => Run("snapshots", "--json").Expect().Output
        .Split('\n')
        .Count(line => line.Contains("\"type\":\"snapshot\"", StringComparison.Ordinal));

    /// <summary>The stored packs, by path, with their lengths.</summary>
    public Dictionary<string, long> Packs() => Objects("packs");

    /// <summary>The stored objects of a kind, by path, with their lengths.</summary>
    public Dictionary<string, long> Objects(string kind)
    {
        DirectoryInfo found = new(Path.Combine(Repository, kind));
        return !found.Exists
            ? []
            : found.EnumerateFiles("*", SearchOption.AllDirectories)
                .Where(file => file.Name.Length == 64)
                .ToDictionary(file => file.FullName, file => file.Length);
    }

    /// <summary>Asserts that the repository is whole, reading everything.</summary>
    public void CheckEverything() => Run("check", "--read-data").Expect();

    public void Dispose()
    {
        foreach (string mounted in File.ReadLines("/proc/self/mounts")
            .Select(line => line.Split(' ')[1])
            .Where(path => path.StartsWith(directory.Path + "/", StringComparison.Ordinal))
            .Reverse()
            .ToList())
        {
            ProcessRunner.Run("umount", ["-l", mounted]);
        }

        directory.Dispose();
    }

    private ProcessOptions Options() => new() { Environment = Environment, Timeout = TimeSpan.FromMinutes(10) };
}
