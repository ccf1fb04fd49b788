namespace SnapFs.Storage;

/// <summary>The directory of a repository. It is opened anew for every use and compared with what it was, because the drive
/// may have gone and left an empty mount point or a stub behind; and it is not kept open, so that a drive that nobody reads
/// can be unmounted.</summary>
/// <remarks>A drive that comes back may have other numbers: then the name of a config, which is a hash, tells that it is the same
/// repository.</remarks>
internal sealed class LocalRoot
{
    private readonly Lock _lock = new();
    private (ulong Device, ulong Inode) _identity;
    private ObjectName[] _configs;

    private LocalRoot(string path, LocalDirectory directory)
    {
        Path = path;
        _identity = directory.LookAtItself().Identity;
        _configs = ConfigsIn(directory);
        IsOnAnotherMachine = directory.IsOnAnotherMachine();
    }

    /// <summary>The absolute path.</summary>
    internal string Path { get; }

    /// <summary>Whether a server keeps the files, and stamps them by its own clock.</summary>
    internal bool IsOnAnotherMachine { get; }

    /// <summary>Takes a directory for the repository from now on.</summary>
    /// <exception cref="FileSystemException">It is not there or cannot be opened.</exception>
    internal static LocalRoot Find(string path)
    {
        using LocalDirectory directory = LocalDirectory.OpenRoot(path);
        return new LocalRoot(path, directory);
    }

    /// <summary>Opens the directory.</summary>
    /// <exception cref="StorageUnavailableException">It is gone, or another one has its place.</exception>
    internal LocalDirectory Open()
    {
        LocalDirectory directory;
        try
        {
            directory = LocalDirectory.OpenRoot(Path);
        }
        catch (FileSystemException e)
        {
            throw e.IsNotFound
                ? new StorageUnavailableException($"{Path} is not there any more: is its disk mounted?", e, isTransient: false)
                : new StorageUnavailableException($"{Path} cannot be opened: {e.Message}", e, e.IsTransient);
        }

        try
        {
            Recognise(directory);
            return directory;
        }
        catch (FileSystemException e)
        {
            directory.Dispose();
            throw new StorageUnavailableException($"{Path} cannot be examined: {e.Message}", e, e.IsTransient);
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    /// <summary>Learns of a config that was just put.</summary>
    internal void Remember(ObjectName config)
    {
        lock (_lock)
        {
            _configs = [.. _configs, config];
        }
    }

    private static ObjectName[] ConfigsIn(LocalDirectory directory) =>
        [.. LocalListing.List(directory, "", ObjectKind.Config, "").Select(config => config.Name)];

    private void Recognise(LocalDirectory directory)
    {
        (ulong Device, ulong Inode) identity = directory.LookAtItself().Identity;
        lock (_lock)
        {
            if (identity == _identity)
            {
                return;
            }

            if (!ConfigsIn(directory).Intersect(_configs).Any())
            {
                throw new StorageUnavailableException(
                    $"{Path} does not hold the repository any more that was opened: is its disk mounted?",
                    null,
                    isTransient: false);
            }

            _identity = identity;
        }
    }
}
