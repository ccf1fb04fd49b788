using SnapFs.Files.Scanning;
using SnapFs.Posix.Files;
using SnapFs.Trees;

namespace SnapFs.Files.Restores;

/// <summary>
/// Removes what the snapshot does not have, by directory descriptors: never through a symlink, never across a mount point, never the
/// repository or the cache, and nothing that the backup could not read or left out. A dry run goes the same way and removes nothing.
/// Two descriptors whatever the depth. One for each worker.
/// </summary>
internal sealed class ExtraRemover
{
    private readonly RestoreServices _services;
    private readonly RestoreContext _context;
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(32 * 1024, pinned: true);
    private readonly List<Level> _levels = [];
    private int _base;
    private int _current;

    public ExtraRemover(RestoreServices services, RestoreContext context)
    {
        _services = services;
        _context = context;
    }

    /// <summary>Removes a name and all below it.</summary>
    /// <param name="directory">Where the name is.</param>
    /// <param name="parent">The path of that directory.</param>
    /// <param name="path">The path of the name.</param>
    /// <param name="name">The name, with a NUL after it.</param>
    /// <param name="device">The device that is not to be left.</param>
    /// <returns>Whether the name is gone, or would be.</returns>
    public bool Remove(int directory, RestorePath parent, RestorePath path, byte[] name, ulong device)
    {
        _base = directory;
        _current = directory;
        _levels.Clear();
        try
        {
            bool isGone = RemoveOrEnter(parent, path, name, device);
            while (_levels.Count > 0)
            {
                _services.Pool.ThrowIfStopped();
                Level top = _levels[^1];
                if (top.Directories.TryDequeue(out byte[]? next))
                {
                    bool isGoneOrEntered = RemoveOrEnter(top.Path, top.Path.Child(next), next, device)
                        || _levels[^1] != top;
                    top.IsEmpty &= isGoneOrEntered;
                }
                else
                {
                    isGone = Leave();
                }
            }

            return isGone;
        }
        finally
        {
            SetCurrent(_base);
        }
    }

    /// <summary>Removes what is no directory, and enters what is one.</summary>
    /// <returns>Whether it is gone now; false for a directory that was entered.</returns>
    private bool RemoveOrEnter(RestorePath parent, RestorePath path, byte[] name, ulong device)
    {
        if (FileStat.At(_current, in name[0], out FileStat stat) != 0)
        {
            return true;
        }

        bool isDirectory = stat.Type == NodeType.Directory;
        if (_services.Guard.Spares(parent, path, isDirectory))
        {
            _context.Spared++;
            return false;
        }

        return isDirectory ? Enter(path, name, device) : Unlink(path, name);
    }

    private bool Unlink(RestorePath path, byte[] name)
    {
        if (!_services.Options.DryRun && Interop.Libc.unlinkat(_current, in name[0], 0) != 0)
        {
            _services.AddError(path, "cannot remove", Interop.Libc.Errno);
            return false;
        }

        Count(path);
        return true;
    }

    private bool Enter(RestorePath path, byte[] name, ulong device)
    {
        int flags = Interop.Libc.O_RDONLY | Interop.Libc.O_NOFOLLOW | Interop.Libc.O_DIRECTORY;
        int fd = Descriptors.Open(_current, in name[0], flags);
        if (fd < 0)
        {
            _services.AddError(path, "cannot open the directory", -fd);
            return false;
        }

        // What was opened is looked at, not what had the name before: another may have taken it.
        DirectoryListing listing = new();
        int error = FileStat.Of(fd, out FileStat stat);
        bool mayEnter = error == 0 && MayEnter(in stat, path, device);
        bool isSpared = mayEnter && _services.Guard.SparesContent(fd);
        error = error != 0 || !mayEnter || isSpared ? error : listing.Read(fd, _buffer);
        if (error != 0 || !mayEnter || isSpared)
        {
            _ = Interop.Libc.close(fd);
            if (error != 0)
            {
                _services.AddError(path, "cannot read the directory", error);
            }

            _context.Spared += isSpared ? 1 : 0;
            return false;
        }

        SetCurrent(fd);
        Level level = new(path, name, stat);
        _levels.Add(level);
        for (int i = 0; i < listing.Count; i++)
        {
            byte[] child = RawPath.Terminate(listing.Name(i));
            if (listing.IsDirectory(i) || !TryRemoveLeaf(level, child))
            {
                level.Directories.Enqueue(child);
            }
        }

        return false;
    }

    /// <summary>Removes what is no directory, unless it must stay.</summary>
    /// <returns>False if it is a directory after all.</returns>
    private bool TryRemoveLeaf(Level level, byte[] name)
    {
        if (FileStat.At(_current, in name[0], out FileStat stat) != 0)
        {
            return true;
        }

        if (stat.Type == NodeType.Directory)
        {
            return false;
        }

        RestorePath path = level.Path.Child(name);
        bool isSpared = _services.Guard.Spares(level.Path, path, isDirectory: false);
        _context.Spared += isSpared ? 1 : 0;
        level.IsEmpty &= !isSpared && Unlink(path, name);
        return true;
    }

    /// <summary>Goes back to the directory above the current one and removes this if nothing is in it.</summary>
    /// <returns>Whether it is gone.</returns>
    private bool Leave()
    {
        Level level = _levels[^1];
        _levels.RemoveAt(_levels.Count - 1);
        int above = _base;
        if (_levels.Count > 0)
        {
            int flags = Interop.Libc.O_RDONLY | Interop.Libc.O_DIRECTORY;
            above = Descriptors.Open(_current, in "..\0"u8[0], flags);
            if (above < 0 || FileStat.Of(above, out FileStat stat) != 0 || !stat.IsSameInode(_levels[^1].Identity))
            {
                if (above >= 0)
                {
                    _ = Interop.Libc.close(above);
                }

                _services.AddProblem(level.Path, ErrorKind.Changed, "was moved while it was removed");
                _levels.Clear();
                return false;
            }
        }

        SetCurrent(above);
        bool isGone = level.IsEmpty;
        if (isGone && !_services.Options.DryRun
            && Interop.Libc.unlinkat(_current, in level.NativeName[0], Interop.Libc.AT_REMOVEDIR) != 0)
        {
            _services.AddError(level.Path, "cannot remove", Interop.Libc.Errno);
            isGone = false;
        }

        if (isGone)
        {
            Count(level.Path);
        }
        else if (_levels.Count > 0)
        {
            _levels[^1].IsEmpty = false;
        }

        return isGone;
    }

    private bool MayEnter(in FileStat stat, RestorePath path, ulong device)
    {
        if (stat.Device != device)
        {
            _services.AddProblem(path, ErrorKind.Refused, "is kept: another file system is mounted there");
            return false;
        }

        foreach (FileStat keep in _services.Protected)
        {
            if (stat.IsSameInode(in keep))
            {
                _services.AddProblem(path, ErrorKind.Refused, "is kept: it is the repository or the cache");
                return false;
            }
        }

        return true;
    }

    private void Count(RestorePath path)
    {
        _context.Deleted++;
        _services.Report(RestoreChange.Removed, path);
    }

    /// <summary>Closes the current directory, unless it is the caller's, and takes another.</summary>
    private void SetCurrent(int fd)
    {
        if (_current != _base)
        {
            _ = Interop.Libc.close(_current);
        }

        _current = fd;
    }

    /// <summary>A directory that is being emptied.</summary>
    private sealed class Level(RestorePath path, byte[] nativeName, FileStat identity)
    {
        public RestorePath Path { get; } = path;

        public byte[] NativeName { get; } = nativeName;

        public FileStat Identity { get; } = identity;

        /// <summary>Names that are still to be removed, each with a NUL after it.</summary>
        public Queue<byte[]> Directories { get; } = new(0);

        /// <summary>Whether all that was met in it is gone.</summary>
        public bool IsEmpty { get; set; } = true;
    }
}
