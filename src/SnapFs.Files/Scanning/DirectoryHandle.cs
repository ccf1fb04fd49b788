using SnapFs.Posix.Files;

namespace SnapFs.Files.Scanning;

/// <summary>
/// A directory that can be opened again. Its descriptor stays open while there are few; beyond that it is closed
/// after each use and found again from its parent, by name and without following symlinks, and only if it is still
/// the same inode. Safe for concurrent use.
/// </summary>
internal sealed class DirectoryHandle : IDisposable
{
    private readonly Lock _lock = new();
    private readonly DescriptorBudget _budget;
    private readonly DirectoryHandle? _parent;
    private readonly byte[] _nativeName;
    private readonly int _flags;
    private FileStat _identity;
    private bool _hasIdentity;
    private int _fd = -1;
    private int _users;
    private bool _isRetired;

    /// <param name="budget">Counts open directories.</param>
    /// <param name="parent">Where the name is looked up; null for an absolute path.</param>
    /// <param name="name">The name, or an absolute path.</param>
    /// <param name="flags">Flags of <c>openat</c>.</param>
    public DirectoryHandle(DescriptorBudget budget, DirectoryHandle? parent, ReadOnlySpan<byte> name, int flags)
    {
        _budget = budget;
        _parent = parent;
        _nativeName = RawPath.Terminate(name);
        _flags = flags | Interop.Libc.O_DIRECTORY | Interop.Libc.O_CLOEXEC;
    }

    /// <summary>Makes the descriptor usable until <see cref="Release"/>.</summary>
    /// <returns>0 or an errno; ESTALE if another directory has taken the place.</returns>
    public int Acquire(out int fd)
    {
        lock (_lock)
        {
            int error = _fd >= 0 ? 0 : Open();
            if (error == 0)
            {
                _users++;
            }

            fd = _fd;
            return error;
        }
    }

    /// <summary>Ends one use.</summary>
    public void Release()
    {
        lock (_lock)
        {
            _users--;
            if (_users == 0 && (_isRetired || _budget.IsExceeded))
            {
                Close();
            }
        }
    }

    /// <summary>Closes the descriptor; it may still be acquired, and is then closed at once after each use.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isRetired = true;
            if (_users == 0)
            {
                Close();
            }
        }
    }

    private int Open()
    {
        int directory = Interop.Libc.AT_FDCWD;
        if (_parent is not null)
        {
            int parentError = _parent.Acquire(out directory);
            if (parentError != 0)
            {
                return parentError;
            }
        }

        int fd = Descriptors.Open(directory, in _nativeName[0], _flags);
        int error = fd < 0 ? -fd : 0;
        _parent?.Release();
        if (error == 0)
        {
            error = Identify(fd);
            if (error != 0)
            {
                _ = Interop.Libc.close(fd);
                return error;
            }

            _fd = fd;
            _budget.Add(1);
        }

        return error;
    }

    private int Identify(int fd)
    {
        int error = FileStat.Of(fd, out FileStat stat);
        if (error != 0)
        {
            return error;
        }

        if (_hasIdentity && !stat.IsSameInode(in _identity))
        {
            return Interop.Libc.ESTALE;
        }

        _identity = stat;
        _hasIdentity = true;
        return 0;
    }

    private void Close()
    {
        if (_fd >= 0)
        {
            _ = Interop.Libc.close(_fd);
            _fd = -1;
            _budget.Add(-1);
        }
    }
}
