using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace SnapFs.Storage;

/// <summary>Keeps objects as files below a directory of a local disk or of a mounted share.</summary>
/// <remarks>
/// Files are 0600 and directories 0700. A put writes a hidden file beside its final name, syncs it, renames it without
/// replacing, and syncs the directory. Reads complete synchronously, on the caller's thread; the objects that were read
/// last stay open, so one that another process deletes stays readable here for a while.
/// </remarks>
internal sealed class LocalStorage : IStorage
{
    private const int OpenFiles = 128;

    private readonly string _root;
    private readonly FileHandleCache _files = new(OpenFiles);
    private readonly ConcurrentDictionary<string, Lazy<LocalFolder>> _folders = new();

    private LocalStorage(StorageAddress address) => _root = address.Path;

    /// <inheritdoc/>
    public string Location => _root;

    /// <inheritdoc/>
    public string? LocalRoot => _root;

    /// <summary>Opens a directory that is there.</summary>
    /// <exception cref="StorageNotFoundException">It is not there.</exception>
    internal static LocalStorage Open(StorageAddress address) => Directory.Exists(address.Path)
        ? new LocalStorage(address)
        : throw new StorageNotFoundException(address, "no such directory");

    /// <summary>Makes the directory for a new repository, if it is not there, and opens it.</summary>
    /// <exception cref="StorageUnavailableException">The directory cannot be made, or is there and not empty.</exception>
    internal static LocalStorage Create(StorageAddress address)
    {
        LocalStorage storage = new(address);
        try
        {
            if (!CreateDirectoryDurably(storage._root)
                && new DirectoryInfo(storage._root).EnumerateFileSystemInfos().Any(IsForeign))
            {
                throw new StorageUnavailableException(
                    $"{address} is not empty: name an empty or new directory for the repository.", null, isTransient: false);
            }

            return storage;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unavailable($"The directory {address} cannot be made", e);
        }
    }

    /// <inheritdoc/>
    public Task PutAsync(ObjectName name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        Task.Run(() => Put(name, content.Span), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> HealAsync(ObjectName name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        ObjectHash.RequireNamed(name, content.Span);
        return Task.Run(() => Heal(name, content.Span), cancellationToken);
    }

    /// <inheritdoc/>
    public Task ReadAsync(
        ObjectName name, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            Read(name, offset, destination.Span);
            return Task.CompletedTask;
        }
        catch (SnapFsException e)
        {
            return Task.FromException(e);
        }
    }

    /// <inheritdoc/>
    public Task<byte[]> GetAsync(ObjectName name, int maxLength, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxLength);
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return Task.FromResult(Get(name, maxLength));
        }
        catch (SnapFsException e)
        {
            return Task.FromException<byte[]>(e);
        }
    }

    /// <inheritdoc/>
    public Task<long> GetLengthAsync(ObjectName name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        FileInfo file = new(PathOf(name));
        try
        {
            // A link that leads nowhere has no length.
            return file.Exists
                ? Task.FromResult(file.Length)
                : Task.FromException<long>(new ObjectNotFoundException(name));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Task.FromException<long>(Unavailable($"{file.FullName} cannot be examined", e));
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ObjectInfo> ListAsync(
        ObjectKind kind, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (string folder in await Task.Run(() => FoldersOf(kind), cancellationToken).ConfigureAwait(false))
        {
            List<ObjectInfo> objects =
                await Task.Run(() => LocalListing.List(kind, folder), cancellationToken).ConfigureAwait(false);
            foreach (ObjectInfo info in objects)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return info;
            }
        }
    }

    /// <inheritdoc/>
    public Task DeleteAsync(ObjectName name, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            string path = PathOf(name);
            try
            {
                _files.Forget(name);
                LocalFiles.Delete(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw Unavailable($"{path} cannot be deleted", e);
            }
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<DateTimeOffset> GetTimeAsync(CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            try
            {
                return LocalFolder.ReadClock(_root);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw Unavailable($"{_root} does not tell its time", e);
            }
        },
        cancellationToken);

    /// <summary>Closes every open file.</summary>
    public ValueTask DisposeAsync()
    {
        _files.Dispose();
        foreach (string key in _folders.Keys)
        {
            if (_folders.TryRemove(key, out Lazy<LocalFolder>? folder) && folder.IsValueCreated)
            {
                folder.Value.Dispose();
            }
        }

        return ValueTask.CompletedTask;
    }

    private static StorageUnavailableException Unavailable(string what, Exception cause) =>
        new($"{what}: {cause.Message}", cause, isTransient: false);

    /// <summary>What makes a directory unfit for a new repository; a file system's own lost+found does not.</summary>
    private static bool IsForeign(FileSystemInfo entry) => entry.Name != "lost+found";

    /// <summary>Creates a directory and those above it, so that their names survive a crash.</summary>
    /// <returns>False when it was there.</returns>
    private static bool CreateDirectoryDurably(string path)
    {
        if (Directory.Exists(path))
        {
            return false;
        }

        string? parent = Path.GetDirectoryName(path);
        if (!string.IsNullOrEmpty(parent))
        {
            CreateDirectoryDurably(parent);
        }

        if (!LocalFiles.CreateDirectory(path))
        {
            return false;
        }

        if (!string.IsNullOrEmpty(parent))
        {
            using SafeFileHandle? directory = LocalFiles.OpenDirectory(parent);
            if (directory is not null)
            {
                LocalFiles.Sync(directory, parent);
            }
        }

        return true;
    }

    private string PathOf(ObjectName name) => Path.Combine(_root, name.RelativePath);

    private void Put(ObjectName name, ReadOnlySpan<byte> content)
    {
        try
        {
            LocalFolder folder = FolderOf(name);
            if (folder.TryPut(name.Id, content))
            {
                return;
            }

            if (!IsStored(name, content))
            {
                throw new ObjectExistsException(name);
            }

            folder.Sync(); // whoever brought it may have crashed before that
        }
        catch (FileSystemException e) when (e.IsFull)
        {
            throw new StorageFullException(name, _root, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unavailable($"{name} cannot be stored below {_root}", e);
        }
    }

    private bool Heal(ObjectName name, ReadOnlySpan<byte> content)
    {
        if (IsStored(name, content))
        {
            return false;
        }

        try
        {
            _files.Forget(name);
            FolderOf(name).Replace(name.Id, content);
            return true;
        }
        catch (FileSystemException e) when (e.IsFull)
        {
            throw new StorageFullException(name, _root, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unavailable($"{name} cannot be replaced below {_root}", e);
        }
    }

    private bool IsStored(ObjectName name, ReadOnlySpan<byte> content)
    {
        try
        {
            return Get(name, content.Length).AsSpan().SequenceEqual(content);
        }
        catch (SnapFsException e) when (e.ExitCode == ExitCode.Damaged)
        {
            return false;
        }
    }

    private void Read(ObjectName name, long offset, Span<byte> destination)
    {
        SafeFileHandle? file = null;
        try
        {
            file = _files.Borrow(name, this, static (storage, wanted) => storage.OpenFile(wanted));
            int count = LocalFiles.ReadUpTo(file, name.RelativePath, destination, offset);
            if (count < destination.Length)
            {
                throw new ObjectTruncatedException(name, offset, destination.Length, RandomAccess.GetLength(file));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unavailable($"{PathOf(name)} cannot be read", e);
        }
        finally
        {
            if (file is not null)
            {
                FileHandleCache.Return(file);
            }
        }
    }

    private byte[] Get(ObjectName name, int maxLength)
    {
        try
        {
            using SafeFileHandle file = OpenFile(name);
            long length = RandomAccess.GetLength(file);
            if (length > maxLength)
            {
                throw new ObjectTooLargeException(name, length, maxLength);
            }

            byte[] content = new byte[length];
            int count = LocalFiles.ReadUpTo(file, name.RelativePath, content, 0);
            return count == length ? content : throw new ObjectTruncatedException(name, 0, length, count);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            // Not supported: something took the file's place that has no length.
            throw Unavailable($"{PathOf(name)} cannot be read", e);
        }
    }

    private SafeFileHandle OpenFile(ObjectName name)
    {
        try
        {
            return LocalFiles.OpenToRead(PathOf(name));
        }
        catch (FileSystemException e) when (e.IsNotFound)
        {
            throw new ObjectNotFoundException(name);
        }
    }

    private LocalFolder FolderOf(ObjectName name)
    {
        string path = Path.GetDirectoryName(PathOf(name)) ?? _root;
        Lazy<LocalFolder> folder = _folders.GetOrAdd(path, static key => new Lazy<LocalFolder>(() => OpenFolder(key)));
        try
        {
            return folder.Value;
        }
        catch
        {
            _folders.TryRemove(new KeyValuePair<string, Lazy<LocalFolder>>(path, folder)); // the next put tries again
            throw;
        }
    }

    private static LocalFolder OpenFolder(string path)
    {
        CreateDirectoryDurably(path);
        return LocalFolder.Open(path);
    }

    private List<string> FoldersOf(ObjectKind kind)
    {
        if (!Directory.Exists(_root))
        {
            throw new StorageUnavailableException(
                $"{_root} is not there: is its disk mounted?", null, isTransient: false);
        }

        string folder = Path.Combine(_root, ObjectName.FolderOf(kind));
        return kind == ObjectKind.Pack ? LocalListing.PackFolders(folder) : [folder];
    }
}
