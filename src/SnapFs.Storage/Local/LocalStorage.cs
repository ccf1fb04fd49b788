using System.Runtime.CompilerServices;

namespace SnapFs.Storage;

/// <summary>Keeps objects as files below a directory of a local disk or of a mounted share.</summary>
/// <remarks>
/// Files are 0600 and directories 0700, but in a directory with the set-group-id bit its group may do with all below what it may
/// do with that directory. A put writes a hidden file beside its final name, syncs it, renames it without
/// replacing, and syncs the directory. Nothing is written or listed unless the directory is the one that was opened first
/// (<see cref="LocalRoot"/>). <see cref="ReadAsync"/> reads on the caller's thread and takes as long as the disk does: restoring and
/// random reads took a tenth longer when each went through another thread. All else runs on threads that may hang with the disk
/// (<see cref="BlockingCalls"/>). The objects that were read last stay open for a while, so one that another process deletes stays
/// readable here.
/// </remarks>
internal sealed class LocalStorage : IStorage
{
    private readonly LocalRoot _root;
    private readonly LocalReader _reader;
    private readonly LocalWriter _writer;

    private LocalStorage(LocalRoot root)
    {
        LocalErrors errors = new(root);
        _root = root;
        _reader = new LocalReader(root, errors);
        _writer = new LocalWriter(root, errors);
    }

    /// <inheritdoc/>
    public string Location => _root.Path;

    /// <inheritdoc/>
    public string? LocalRoot => _root.Path;

    /// <inheritdoc/>
    public bool HasOtherClock => _root.IsOnAnotherMachine;

    /// <summary>Opens a directory that is there.</summary>
    /// <exception cref="StorageNotFoundException">It is not there.</exception>
    /// <exception cref="StorageUnavailableException">It cannot be opened.</exception>
    internal static LocalStorage Open(StorageAddress address)
    {
        try
        {
            return new LocalStorage(Storage.LocalRoot.Find(address.Path));
        }
        catch (FileSystemException e) when (e.Errno == Interop.Libc.ENOENT)
        {
            throw new StorageNotFoundException(address, "no such directory", e);
        }
        catch (FileSystemException e) when (e.Errno == Interop.Libc.ENOTDIR)
        {
            throw new StorageNotFoundException(address, "that is no directory", e);
        }
        catch (Exception e) when (LocalErrors.IsOfACall(e))
        {
            throw LocalErrors.Unavailable($"{address} cannot be opened", e);
        }
    }

    /// <summary>Makes the directory for a new repository, if it is not there, and opens it.</summary>
    /// <exception cref="StorageUnavailableException">The directory cannot be made, or is there and not empty.</exception>
    internal static LocalStorage Create(StorageAddress address)
    {
        try
        {
            using LocalDirectory directory = OpenOrCreate(address.Path);
            if (directory.Names().Any(name => IsForeign(name) && !IsLeftOver(directory, name)))
            {
                throw new StorageUnavailableException(
                    $"{address} is not empty: name an empty or new directory for the repository.", null, isTransient: false);
            }

            return new LocalStorage(Storage.LocalRoot.Find(address.Path));
        }
        catch (Exception e) when (LocalErrors.IsOfACall(e))
        {
            throw LocalErrors.Unavailable($"The directory {address} cannot be made", e);
        }
    }

    /// <inheritdoc/>
    public Task PutAsync(ObjectName name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        BlockingCalls.RunAsync(
            () =>
            {
                _writer.Put(name, content.Span, cancellationToken);
                return true;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<bool> HealAsync(ObjectName name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        ObjectHash.RequireNamed(name, content.Span);
        return BlockingCalls.RunAsync(
            () =>
            {
                _reader.Forget(name);
                return _writer.Heal(name, content.Span, cancellationToken);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task ReadAsync(
        ObjectName name, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            _reader.Read(name, offset, destination.Span);
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
        return BlockingCalls.RunAsync(() => _reader.Get(name, maxLength), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<long> GetLengthAsync(ObjectName name, CancellationToken cancellationToken) =>
        BlockingCalls.RunAsync(() => _reader.GetLength(name), cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<ObjectInfo> ListAsync(
        ObjectKind kind, string domain, string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(prefix);
        List<string> folders = await BlockingCalls.RunAsync(() => _reader.FoldersOf(kind, domain, prefix), cancellationToken)
            .ConfigureAwait(false);
        foreach (string folder in folders)
        {
            List<ObjectInfo> objects = await BlockingCalls.RunAsync(() => _reader.List(folder, kind, prefix), cancellationToken)
                .ConfigureAwait(false);
            foreach (ObjectInfo info in objects)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return info;
            }
        }
    }

    /// <inheritdoc/>
    public Task DeleteAsync(ObjectName name, CancellationToken cancellationToken) => BlockingCalls.RunAsync(
        () =>
        {
            _reader.Forget(name);
            _writer.Delete(name);
            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<DateTimeOffset> GetTimeAsync(CancellationToken cancellationToken) =>
        BlockingCalls.RunAsync(_writer.ReadClock, cancellationToken);

    /// <summary>Closes every open file.</summary>
    public ValueTask DisposeAsync()
    {
        _reader.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>What makes a directory unfit for a new repository; a file system's own lost+found does not, nor does what a
    /// look at its clock leaves when the machine crashes.</summary>
    private static bool IsForeign(string name) =>
        name != "lost+found" && !name.StartsWith(LocalFolder.TemporaryPrefix, StringComparison.Ordinal);

    /// <summary>Whether a name is that of a folder with nothing but keys in it: what is left of an init that was stopped. One that has
    /// lost the rest of a repository is told by its other objects.</summary>
    private static bool IsLeftOver(LocalDirectory directory, string name)
    {
        if (name != ObjectName.FolderOf(ObjectKind.Key))
        {
            return false;
        }

        using LocalDirectory? keys = directory.TryOpen(name, followsLinks: false);
        return keys is not null && keys.Names().TrueForAll(entry => ObjectName.TryParse(ObjectKind.Key, string.Empty, entry, out _)
            || entry.StartsWith(LocalFolder.TemporaryPrefix, StringComparison.Ordinal));
    }

    /// <summary>Makes a directory and those above it that are not there, so that their names survive a crash.</summary>
    private static LocalDirectory OpenOrCreate(string path)
    {
        try
        {
            return LocalDirectory.OpenRoot(path);
        }
        catch (FileSystemException e) when (e.Errno == Interop.Libc.ENOENT
            && Path.GetDirectoryName(path) is { Length: > 0 } parent)
        {
            using LocalDirectory above = OpenOrCreate(parent);
            return above.OpenOrCreate(Path.GetFileName(path));
        }
    }
}
