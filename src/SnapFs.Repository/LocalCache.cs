namespace SnapFs.Repository;

/// <summary>
/// The directory in which this machine keeps what it knows of a repository. Nothing in it is needed: what goes wrong
/// with it costs time, is said once, and fails nothing. Safe for concurrent use.
/// </summary>
public sealed class LocalCache
{
    private readonly LocalCache? _whole;
    private readonly Action<string>? _report;
    private int _hasReported;

    /// <summary>Names a directory; nothing is read or created yet.</summary>
    /// <param name="directory">The directory, private to its user.</param>
    /// <param name="report">Told of the first trouble, in words that follow "the cache is not used: "; null tells nobody.
    /// </param>
    public LocalCache(string directory, Action<string>? report = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        Directory = directory;
        _report = report;
    }

    private LocalCache(LocalCache whole, string domain)
        : this(Path.Combine(whole.Directory, domain), whole._report) => _whole = whole;

    /// <summary>The directory.</summary>
    public string Directory { get; }

    /// <summary>Makes the directory or one below it, and those above that are missing, 0700: somebody may have removed it.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made.</exception>
    public static void Create(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            System.IO.Directory.CreateDirectory(directory); // a profile's directories are private already
            return;
        }

        // Those above would get what the umask leaves.
        if (Path.GetDirectoryName(directory) is { Length: > 0 } above && !System.IO.Directory.Exists(above))
        {
            Create(above);
        }

        System.IO.Directory.CreateDirectory(
            directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>The part of this cache that is about one domain.</summary>
    /// <param name="domain">The domain as it stands in names of objects.</param>
    internal LocalCache Of(string domain) => new(this, domain);

    /// <summary>Whether nothing was said of this cache yet. Whoever gets that answer says what is wrong: one cause, such as a
    /// full disk, is met by all that keep something here.</summary>
    public bool TryBeFirst() => _whole is not null ? _whole.TryBeFirst() : Interlocked.Exchange(ref _hasReported, 1) == 0;

    /// <summary>Says what went wrong, if nothing was said yet.</summary>
    /// <param name="file">The file or directory.</param>
    /// <param name="what">What is wrong, without a full stop.</param>
    public void Report(string file, string what)
    {
        if (TryBeFirst())
        {
            _report?.Invoke($"{file}: {what.TrimEnd('.')}");
        }
    }
}
