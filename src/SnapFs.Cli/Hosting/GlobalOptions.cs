using System.CommandLine;

namespace SnapFs.Cli.Hosting;

/// <summary>The options that every command takes.</summary>
internal sealed class GlobalOptions
{
    /// <summary>Where the repository is.</summary>
    public Option<string?> Repository { get; } = new("--repo", "-r")
    {
        Description = "The repository: the path of a directory. [SNAPFS_REPOSITORY]",
        HelpName = "PATH",
        Recursive = true,
    };

    /// <summary>A file that holds the passphrase.</summary>
    public Option<string?> PasswordFile { get; } = new("--password-file", "-p")
    {
        Description = "Read the passphrase from this file; an end of line is cut off. [SNAPFS_PASSWORD_FILE]",
        HelpName = "FILE",
        Recursive = true,
    };

    /// <summary>A file that opens the repository without a passphrase.</summary>
    public Option<string?> KeyFile { get; } = new("--key-file")
    {
        Description = "Open the repository with this key file instead of a passphrase. [SNAPFS_KEY_FILE]",
        HelpName = "FILE",
        Recursive = true,
    };

    /// <summary>Where local caches are.</summary>
    public Option<string?> CacheDirectory { get; } = new("--cache-dir")
    {
        Description = "Keep caches here; losing them costs time only. [SNAPFS_CACHE_DIR]",
        HelpName = "DIR",
        Recursive = true,
    };

    /// <summary>Machine-readable output.</summary>
    public Option<bool> Json { get; } = new("--json")
    {
        Description = "Write one JSON object a line.",
        Recursive = true,
    };

    /// <summary>No output but errors.</summary>
    public Option<bool> Quiet { get; } = new("--quiet", "-q")
    {
        Description = "Write errors only.",
        Recursive = true,
    };

    /// <summary>More output.</summary>
    public Option<bool> Verbose { get; } = new("--verbose", "-v")
    {
        Description = "Say more, such as which files changed.",
        Recursive = true,
    };

    /// <summary>The zone of this machine instead of UTC.</summary>
    public Option<bool> LocalTime { get; } = new("--local-time")
    {
        Description = "Show times where this machine is, and take times without Z or an offset as such; not days of volumes. "
            + "[SNAPFS_LOCAL_TIME]",
        Recursive = true,
    };

    /// <summary>Stack traces.</summary>
    public Option<bool> Debug { get; } = new("--debug")
    {
        Description = "Show where in the program an error arose.",
        Recursive = true,
    };

    /// <summary>In the order help shows them.</summary>
    public IReadOnlyList<Option> All =>
        [Repository, PasswordFile, KeyFile, CacheDirectory, Json, Quiet, Verbose, LocalTime, Debug];
}
