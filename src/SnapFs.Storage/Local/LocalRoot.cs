using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace SnapFs.Storage;

/// <summary>The directory of a repository. It is opened anew for every use and compared with what it was, because the drive
/// may have gone and left an empty mount point or a stub behind; and it is not kept open, so that a drive that nobody reads
/// can be unmounted.</summary>
/// <remarks>A drive that comes back may have other numbers: then the config tells that it is the same repository.</remarks>
internal sealed class LocalRoot
{
    private const int MaxConfigLength = 64 * 1024;

    private readonly Lock _lock = new();
    private (ulong Device, ulong Inode) _identity;
    private byte[]? _config;

    private LocalRoot(string path, LocalDirectory directory)
    {
        Path = path;
        _identity = directory.LookAtItself().Identity;
        _config = ReadConfig(directory);
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

    /// <summary>Learns the config that was just put.</summary>
    internal void Remember(ReadOnlySpan<byte> config)
    {
        lock (_lock)
        {
            _config = SHA256.HashData(config);
        }
    }

    private static byte[]? ReadConfig(LocalDirectory directory)
    {
        using SafeFileHandle? file = directory.TryOpenFile(ObjectName.Config.Id, out _);
        if (file is null)
        {
            return null;
        }

        byte[] content = new byte[MaxConfigLength];
        int length = LocalFiles.ReadUpTo(file, directory.Path, content, 0);
        return SHA256.HashData(content.AsSpan(0, length));
    }

    private void Recognise(LocalDirectory directory)
    {
        (ulong Device, ulong Inode) identity = directory.LookAtItself().Identity;
        lock (_lock)
        {
            if (identity == _identity)
            {
                return;
            }

            if (_config is null || ReadConfig(directory) is not byte[] config || !config.AsSpan().SequenceEqual(_config))
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
