using SnapFs.Afs.Mounting;
using SnapFs.Mount;

namespace SnapFs.Cli.Mounting;

/// <summary>A mount as the command line asks for it; all paths are absolute.</summary>
internal sealed record MountRequest
{
    /// <summary>Where to mount.</summary>
    public required string Path { get; init; }

    /// <summary>The directory of the repository.</summary>
    public required string Repository { get; init; }

    /// <summary>Where caches are kept.</summary>
    public required string? CacheDirectory { get; init; }

    /// <summary>Whether other users may enter.</summary>
    public bool AllowOther { get; init; }

    /// <summary>The hosts whose snapshots other users see.</summary>
    public IReadOnlyList<string> UsersOf { get; init; } = [];

    /// <summary>Whether other users see AFS volumes as their access lists allow.</summary>
    public bool AfsAcls { get; init; }

    /// <summary>Whether programs in it may not be executed.</summary>
    public bool NoExec { get; init; }

    /// <summary>Bytes of decoded data to keep; null for the default.</summary>
    public long? CacheBytes { get; init; }

    /// <summary>The log; null for the system's.</summary>
    public string? LogFile { get; init; }

    /// <summary>Whether traces are wanted in the log.</summary>
    public bool Debug { get; init; }

    /// <summary>What the file system is told.</summary>
    public MountOptions Options
    {
        get
        {
            bool afsAcls = AfsAcls;
            MountOptions options = new()
            {
                Source = Repository,
                AllowOther = AllowOther,
                UsersOf = UsersOf,
                NoExec = NoExec,
                Kinds = [services => new AfsVolumes(services, afsAcls)],
            };
            return CacheBytes is { } bytes ? options with { FrameCacheBytes = bytes } : options;
        }
    }

    /// <summary>The arguments that make another process serve this mount.</summary>
    public IEnumerable<string> ToArguments(string childOption)
    {
        yield return "mount";
        yield return Path;
        yield return childOption;
        yield return "--repo=" + Repository;
        if (CacheDirectory is not null)
        {
            yield return "--cache-dir=" + CacheDirectory;
        }

        if (AllowOther)
        {
            yield return "--allow-other";
        }

        foreach (string host in UsersOf)
        {
            yield return "--users-of=" + host;
        }

        if (AfsAcls)
        {
            yield return "--afs-acls";
        }

        if (NoExec)
        {
            yield return "--noexec";
        }

        if (CacheBytes is { } bytes)
        {
            yield return "--cache-size=" + bytes.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        if (LogFile is not null)
        {
            yield return "--log-file=" + LogFile;
        }

        if (Debug)
        {
            yield return "--debug";
        }
    }
}
