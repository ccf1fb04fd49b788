using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace SnapFs.Storage;

/// <summary>Keeps objects as files below a directory of a local disk or of a mounted share.</summary>
/// <remarks>
/// Files are 0600 and directories 0700, but in a directory with the set-group-id bit its group may do with all below what it may
/// do with that directory. A put writes a hidden file beside its final name, syncs it, renames it without
/// replacing, and syncs the directory. Nothing is written or listed unless the directory is the one that was opened first
/// (<see cref="LocalRoot"/>). Reads that nobody can cancel, or whose bytes are in memory, complete on the caller's thread;
/// all else runs on threads that may hang with the disk (<see cref="BlockingCalls"/>). The objects that were read last stay
/// open for a while, so one that another process deletes stays readable here.
/// </remarks>
internal sealed class LocalStorage : IStorage
{
    private const int OpenFiles = 128;

    private static readonly TimeSpan CloseAfter = TimeSpan.FromSeconds(15);

    private readonly LocalRoot _root;
    private readonly FileHandleCache _files = new(OpenFiles, CloseAfter, TimeProvider.System);
    private readonly ConcurrentDictionary<string, bool> _swept = new();
    private readonly Func<ObjectName, SafeFileHandle> _open;

    private LocalStorage(LocalRoot root)
    {
        _root = root;
        _open = OpenFile;
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
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unavailable($"{address} cannot be opened", e);
        }
    }

    /// <summary>Makes the directory for a new repository, if it is not there, and opens it.</summary>
    /// <exception cref="StorageUnavailableException">The directory cannot be made, or is there and not empty.</exception>
    internal static LocalStorage Create(StorageAddress address)
    {
        try
        {
            using LocalDirectory directory = OpenOrCreate(address.Path);
            if (directory.Names().Any(IsForeign))
            {
                throw new StorageUnavailableException(
                    $"{address} is not empty: name an empty or new directory for the repository.", null, isTransient: false);
            }

            return new LocalStorage(Storage.LocalRoot.Find(address.Path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unavailable($"The directory {address} cannot be made", e);
        }
    }

    /// <inheritdoc/>
    public Task PutAsync(ObjectName name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        BlockingCalls.RunAsync(
            () =>
            {
                Put(name, content.Span, cancellationToken);
                return true;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<bool> HealAsync(ObjectName name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        ObjectHash.RequireNamed(name, content.Span);
        return BlockingCalls.RunAsync(
            () => Write(
                name,
                "replaced",
                folder =>
                {
                    _files.Forget(name);
                    return LocalFolder.Heal(folder, name.Id, content.Span, cancellationToken);
                }),
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task ReadAsync(
        ObjectName name, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        cancellationToken.ThrowIfCancellationRequested();
        if (cancellationToken.CanBeCanceled)
        {
            return TryReadFromMemory(name, offset, destination.Span)
                ? Task.CompletedTask
                : ReadCancellablyAsync(name, [new ReadRange(offset, destination)], cancellationToken);
        }

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
    public Task ReadRangesAsync(
        ObjectName name, IReadOnlyList<ReadRange> ranges, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ranges);
        foreach (ReadRange range in ranges)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(range.Offset, nameof(ranges));
        }

        cancellationToken.ThrowIfCancellationRequested();
        return ReadCancellablyAsync(name, ranges, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<byte[]> GetAsync(ObjectName name, int maxLength, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxLength);
        return BlockingCalls.RunAsync(() => Get(name, maxLength), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<long> GetLengthAsync(ObjectName name, CancellationToken cancellationToken) => BlockingCalls.RunAsync(
        () =>
        {
            using SafeFileHandle file = OpenFile(name);
            return RandomAccess.GetLength(file);
        },
        cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<ObjectInfo> ListAsync(ObjectKind kind, CancellationToken cancellationToken) =>
        ListAsync(kind, "", cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<ObjectInfo> ListAsync(
        ObjectKind kind, string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        List<string> folders = await BlockingCalls.RunAsync(() => FoldersOf(kind, prefix), cancellationToken)
            .ConfigureAwait(false);
        foreach (string folder in folders)
        {
            List<ObjectInfo> objects = await BlockingCalls.RunAsync(() => List(folder, kind, prefix), cancellationToken)
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
            _files.Forget(name);
            Delete(name);
            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<DateTimeOffset> GetTimeAsync(CancellationToken cancellationToken) => BlockingCalls.RunAsync(
        () =>
        {
            try
            {
                using LocalDirectory root = _root.Open();
                return LocalFolder.ReadClock(root);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw Unavailable($"the time of {Location} cannot be read", e);
            }
        },
        cancellationToken);

    /// <summary>Closes every open file.</summary>
    public ValueTask DisposeAsync()
    {
        _files.Dispose();
        return ValueTask.CompletedTask;
    }

    private static StorageUnavailableException Unavailable(string what, Exception cause) =>
        new($"{what}: {cause.Message}", cause, cause is FileSystemException { IsTransient: true });

    /// <summary>What makes a directory unfit for a new repository; a file system's own lost+found does not, nor does what a
    /// look at its clock leaves when the machine crashes.</summary>
    private static bool IsForeign(string name) =>
        name != "lost+found" && !name.StartsWith(LocalFolder.TemporaryPrefix, StringComparison.Ordinal);

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

    private static bool IsOfTheFile(FileSystemException e) => e.Errno is Interop.Libc.EACCES
        or Interop.Libc.EPERM
        or Interop.Libc.EIO
        or Interop.Libc.ESTALE;

    private void Put(ObjectName name, ReadOnlySpan<byte> content, CancellationToken cancellationToken)
    {
        // A span cannot go into a closure, so this has the frame of Write once more.
        try
        {
            using LocalDirectory root = _root.Open();
            using LocalDirectory folder = OpenFolder(root, name);
            if (!LocalFolder.TryPut(folder, name.Id, content, cancellationToken))
            {
                throw new ObjectExistsException(name);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw WriteError(name, "stored", e);
        }

        if (name == ObjectName.Config)
        {
            _root.Remember(content);
        }
    }

    private T Write<T>(ObjectName name, string what, Func<LocalDirectory, T> write)
    {
        try
        {
            using LocalDirectory root = _root.Open();
            using LocalDirectory folder = OpenFolder(root, name);
            return write(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw WriteError(name, what, e);
        }
    }

    private SnapFsException WriteError(ObjectName name, string what, Exception cause) =>
        cause is FileSystemException { IsFull: true }
            ? new StorageFullException(name, Location, cause)
            : Unavailable($"{name} cannot be {what} below {Location}", cause);

    private void Delete(ObjectName name)
    {
        try
        {
            using LocalDirectory root = _root.Open();
            using LocalDirectory? folder = TryOpenFolder(root, name);
            if (folder is not null)
            {
                folder.Delete(name.Id);
                folder.Sync();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unavailable($"{name} cannot be deleted below {Location}", e);
        }
    }

    private void Read(ObjectName name, long offset, Span<byte> destination)
    {
        SafeFileHandle? file = null;
        try
        {
            file = _files.Borrow(name, _open);
            ReadFrom(file, name, offset, destination);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _files.Forget(name);
            throw ReadError(name, e);
        }
        finally
        {
            if (file is not null)
            {
                FileHandleCache.Return(file);
            }
        }
    }

    private void ReadFrom(SafeFileHandle file, ObjectName name, long offset, Span<byte> destination)
    {
        if (offset > long.MaxValue - destination.Length)
        {
            throw new ObjectTruncatedException(name, offset, destination.Length, RandomAccess.GetLength(file));
        }

        int count = LocalFiles.ReadUpTo(file, name.RelativePath, destination, offset);
        if (count == destination.Length)
        {
            return;
        }

        long length = RandomAccess.GetLength(file);
        throw length < offset + destination.Length
            ? new ObjectTruncatedException(name, offset, destination.Length, length)
            : new FileSystemException("read", Path.Combine(Location, name.RelativePath), Interop.Libc.EIO);
    }

    /// <summary>Reads if it takes no waiting at all.</summary>
    private bool TryReadFromMemory(ObjectName name, long offset, Span<byte> destination)
    {
        SafeFileHandle? file = _files.TryBorrow(name);
        if (file is null)
        {
            return false;
        }

        try
        {
            return LocalFiles.TryReadFromMemory(file, destination, offset);
        }
        finally
        {
            FileHandleCache.Return(file);
        }
    }

    /// <summary>Reads into memory of its own, because a read that was given up may still write there later.</summary>
    private async Task ReadCancellablyAsync(
        ObjectName name, IReadOnlyList<ReadRange> ranges, CancellationToken cancellationToken)
    {
        int total = checked((int)ranges.Sum(range => (long)range.Destination.Length));
        byte[] buffer = await BlockingCalls.RunAsync(() => ReadAll(name, ranges, total), cancellationToken)
            .ConfigureAwait(false);
        int done = 0;
        foreach (ReadRange range in ranges)
        {
            buffer.AsSpan(done, range.Destination.Length).CopyTo(range.Destination.Span);
            done += range.Destination.Length;
        }

        ArrayPool<byte>.Shared.Return(buffer);
    }

    private byte[] ReadAll(ObjectName name, IReadOnlyList<ReadRange> ranges, int total)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(total);
        int done = 0;
        foreach (ReadRange range in ranges)
        {
            Read(name, range.Offset, buffer.AsSpan(done, range.Destination.Length));
            done += range.Destination.Length;
        }

        return buffer;
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
            ReadFrom(file, name, 0, content);
            return content;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ReadError(name, e);
        }
    }

    /// <summary>Whose fault an error is: one object's while the rest can be read, or the whole storage's.</summary>
    private StorageUnavailableException ReadError(ObjectName name, Exception cause)
    {
        if (cause is not FileSystemException { } error || !IsOfTheFile(error))
        {
            return Unavailable($"{name} below {Location} cannot be read", cause);
        }

        try
        {
            using LocalDirectory root = _root.Open();
            root.Names();
            return new ObjectReadException(name, Location, cause, error.IsTransient);
        }
        catch (StorageUnavailableException e)
        {
            return e;
        }
        catch (FileSystemException e)
        {
            return Unavailable($"{Location} cannot be listed", e);
        }
    }

    /// <exception cref="ObjectNotFoundException">There is no such object, and the drive is there to tell.</exception>
    /// <exception cref="ObjectUnreadableException">Something else has its place.</exception>
    private SafeFileHandle OpenFile(ObjectName name)
    {
        try
        {
            using LocalDirectory root = _root.Open();
            using LocalDirectory? folder = TryOpenFolder(root, name);
            string? instead = null;
            return folder?.TryOpenFile(name.Id, out instead)
                ?? throw (instead is null ? new ObjectNotFoundException(name) : new ObjectUnreadableException(name, instead));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ReadError(name, e);
        }
    }

    /// <summary>Opens the directory that an object belongs into, and makes it if it is not there.</summary>
    private LocalDirectory OpenFolder(LocalDirectory root, ObjectName name)
    {
        string kind = ObjectName.FolderOf(name.Kind);
        LocalDirectory folder = root.OpenOrCreate(kind.Length == 0 ? "." : kind);
        if (name.Kind == ObjectKind.Pack)
        {
            using LocalDirectory packs = folder;
            folder = packs.OpenOrCreate(LocalListing.PackFolderOf(name));
        }

        try
        {
            RemoveStaleOnce(root, name);
            return folder;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    private static LocalDirectory? TryOpenFolder(LocalDirectory root, ObjectName name, bool followsLinks = true)
    {
        string kind = ObjectName.FolderOf(name.Kind);
        LocalDirectory? folder = root.TryOpen(kind.Length == 0 ? "." : kind, followsLinks);
        if (name.Kind != ObjectKind.Pack || folder is null)
        {
            return folder;
        }

        using LocalDirectory packs = folder;
        return packs.TryOpen(LocalListing.PackFolderOf(name), followsLinks);
    }

    /// <summary>Cleans a directory up when it is first written to. A hostile drive may link it to somebody's files, so no
    /// link is followed on the way.</summary>
    private void RemoveStaleOnce(LocalDirectory root, ObjectName name)
    {
        string key = name.Kind == ObjectKind.Pack ? LocalListing.PackFolderOf(name) : ObjectName.FolderOf(name.Kind);
        if (!_swept.TryAdd(key, true))
        {
            return;
        }

        using LocalDirectory? folder = TryOpenFolder(root, name, followsLinks: false);
        if (folder is not null)
        {
            LocalFolder.RemoveStale(folder);
        }
    }

    private List<string> FoldersOf(ObjectKind kind, string prefix)
    {
        string name = ObjectName.FolderOf(kind);
        try
        {
            using LocalDirectory root = _root.Open();
            if (kind != ObjectKind.Pack)
            {
                return [name.Length == 0 ? "." : name];
            }

            using LocalDirectory? packs = root.TryOpen(name);
            return packs is null
                ? []
                : [.. LocalListing.PackFolders(packs, prefix).Select(folder => $"{name}/{folder}")];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unavailable($"{Path.Combine(Location, name)} cannot be listed", e);
        }
    }

    private List<ObjectInfo> List(string path, ObjectKind kind, string prefix)
    {
        try
        {
            using LocalDirectory root = _root.Open();
            using LocalDirectory? folder = root.TryOpen(path);
            return folder is null ? [] : LocalListing.List(folder, kind, prefix);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unavailable($"{Path.Combine(Location, path)} cannot be listed", e);
        }
    }
}
