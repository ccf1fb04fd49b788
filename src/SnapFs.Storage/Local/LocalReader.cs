using Microsoft.Win32.SafeHandles;

namespace SnapFs.Storage;

/// <summary>Reads and lists objects on the caller's thread. Those that were read last stay open for a while. Safe for
/// concurrent use.</summary>
internal sealed class LocalReader : IDisposable
{
    private const int OpenFiles = 128;

    private static readonly TimeSpan CloseAfter = TimeSpan.FromSeconds(15);

    private readonly LocalRoot _root;
    private readonly LocalErrors _errors;
    private readonly FileHandleCache _files = new(OpenFiles, CloseAfter, TimeProvider.System);
    private readonly Func<ObjectName, SafeFileHandle> _open;

    /// <param name="root">The repository.</param>
    /// <param name="errors">Says what calls meet.</param>
    internal LocalReader(LocalRoot root, LocalErrors errors)
    {
        _root = root;
        _errors = errors;
        _open = OpenFile;
    }

    /// <inheritdoc cref="IStorage.ReadAsync"/>
    internal void Read(ObjectName name, long offset, Span<byte> destination)
    {
        SafeFileHandle? file = null;
        try
        {
            file = _files.Borrow(name, _open);
            ReadFrom(file, name, offset, destination);
        }
        catch (Exception e) when (LocalErrors.IsOfACall(e))
        {
            _files.Forget(name);
            throw _errors.OfReading(name, e);
        }
        finally
        {
            if (file is not null)
            {
                FileHandleCache.Return(file);
            }
        }
    }

    /// <inheritdoc cref="IStorage.GetAsync"/>
    internal byte[] Get(ObjectName name, int maxLength)
    {
        try
        {
            using SafeFileHandle file = OpenFile(name);
            long length = LocalFiles.LengthOf(file, name.RelativePath);
            if (length > maxLength)
            {
                throw new ObjectTooLargeException(name, length, maxLength);
            }

            byte[] content = new byte[length];
            ReadFrom(file, name, 0, content);
            return content;
        }
        catch (Exception e) when (LocalErrors.IsOfACall(e))
        {
            throw _errors.OfReading(name, e);
        }
    }

    /// <inheritdoc cref="IStorage.GetLengthAsync"/>
    internal long GetLength(ObjectName name)
    {
        try
        {
            using SafeFileHandle file = OpenFile(name);
            return LocalFiles.LengthOf(file, name.RelativePath);
        }
        catch (Exception e) when (LocalErrors.IsOfACall(e))
        {
            throw _errors.OfReading(name, e);
        }
    }

    /// <inheritdoc cref="LocalListing.Folders"/>
    internal List<string> FoldersOf(ObjectKind kind, string domain, string prefix)
    {
        try
        {
            using LocalDirectory root = _root.Open();
            return LocalListing.Folders(root, kind, domain, prefix);
        }
        catch (Exception e) when (LocalErrors.IsOfACall(e))
        {
            throw LocalErrors.Unavailable($"{Path.Combine(_root.Path, ObjectName.FolderOf(kind))} cannot be listed", e);
        }
    }

    /// <summary>Lists what one of these directories holds.</summary>
    internal List<ObjectInfo> List(string path, ObjectKind kind, string prefix)
    {
        try
        {
            using LocalDirectory root = _root.Open();
            using LocalDirectory? folder = root.TryOpen(path);
            return folder is null ? [] : LocalListing.List(folder, path, kind, prefix);
        }
        catch (Exception e) when (LocalErrors.IsOfACall(e))
        {
            throw LocalErrors.Unavailable($"{Path.Combine(_root.Path, path)} cannot be listed", e);
        }
    }

    /// <summary>Opens an object anew when it is read next: what has its name may be another file then.</summary>
    internal void Forget(ObjectName name) => _files.Forget(name);

    /// <summary>Closes every open file.</summary>
    public void Dispose() => _files.Dispose();

    private void ReadFrom(SafeFileHandle file, ObjectName name, long offset, Span<byte> destination)
    {
        if (offset > long.MaxValue - destination.Length)
        {
            throw new ObjectTruncatedException(name, offset, destination.Length, LocalFiles.LengthOf(file, name.RelativePath));
        }

        int count = LocalFiles.ReadUpTo(file, name.RelativePath, destination, offset);
        if (count == destination.Length)
        {
            return;
        }

        long length = LocalFiles.LengthOf(file, name.RelativePath);
        throw length < offset + destination.Length
            ? new ObjectTruncatedException(name, offset, destination.Length, length)
            : new FileSystemException("read", Path.Combine(_root.Path, name.RelativePath), Interop.Libc.EIO);
    }

    /// <exception cref="ObjectNotFoundException">There is no such object, and the drive is there to tell.</exception>
    /// <exception cref="ObjectUnreadableException">Something else has its place.</exception>
    private SafeFileHandle OpenFile(ObjectName name)
    {
        try
        {
            using LocalDirectory root = _root.Open();
            using LocalDirectory? folder = LocalLayout.TryOpenFolder(root, name);
            string? instead = null;
            return folder?.TryOpenFile(name.FileName, out instead)
                ?? throw (instead is null ? new ObjectNotFoundException(name) : new ObjectUnreadableException(name, instead));
        }
        catch (Exception e) when (LocalErrors.IsOfACall(e))
        {
            throw _errors.OfReading(name, e);
        }
    }
}
