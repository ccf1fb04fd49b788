using SnapFs.Posix.Files;

namespace SnapFs.Files.Scanning;

/// <summary>
/// A directory that can be opened again. Its descriptor stays open while there are few; beyond that it is closed
/// when others are used, and found again from its parent, by name and without following symlinks, or from a directory
/// in it, and only if it is still the same inode. Safe for concurrent use.
/// </summary>
/// <remarks>No lock is held while that of another handle or of the budget is waited for, except the budget's under a
/// handle's.</remarks>
internal sealed class DirectoryHandle : IDisposable
{
    private readonly Lock _lock = new();
    private readonly DescriptorBudget _budget;
    private readonly DirectoryHandle? _parent;
    private readonly byte[] _nativeName;
    private readonly int _flags;
    private ulong _device;
    private ulong _inode;
    private bool _hasIdentity;
    private int _fd = -1;
    private int _users;
    private bool _isRetired;
    private bool _isAdopted;

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

    /// <summary>Takes an open descriptor, which stays open until the end because nothing says how to find the directory again.</summary>
    public static DirectoryHandle Adopt(DescriptorBudget budget, int fd)
    {
        budget.Opened();
        return new DirectoryHandle(budget, null, [], 0) { _fd = fd, _isAdopted = true };
    }

    /// <summary>Neighbour in the budget's list of unused directories, guarded by it.</summary>
    public DirectoryHandle? Older { get; set; }

    /// <summary>The other one.</summary>
    public DirectoryHandle? Newer { get; set; }

    /// <summary>Whether it is in that list.</summary>
    public bool IsUnused { get; set; }

    /// <summary>Makes the descriptor usable until <see cref="Release"/>.</summary>
    /// <returns>0 or an errno; ESTALE if another directory has taken the place.</returns>
    public int Acquire(out int fd)
    {
        if (TryAcquireOpen(out fd))
        {
            return 0;
        }

        // Parents are opened from the nearest one that is open; by a loop, for a tree may be deeper than a stack.
        DirectoryHandle? opened = _parent;
        Stack<DirectoryHandle>? closed = null;
        int directory = Interop.Libc.AT_FDCWD;
        while (opened is not null && !opened.TryAcquireOpen(out directory))
        {
            closed ??= new Stack<DirectoryHandle>();
            closed.Push(opened);
            opened = opened._parent;
        }

        directory = opened is null ? Interop.Libc.AT_FDCWD : directory;
        while (true)
        {
            DirectoryHandle next = closed is not null && closed.TryPop(out DirectoryHandle? parent) ? parent : this;
            int error = next.AcquireIn(directory, out int found);
            opened?.Release();
            if (error != 0 || ReferenceEquals(next, this))
            {
                fd = found;
                return error;
            }

            opened = next;
            directory = found;
        }
    }

    /// <summary>Ends one use.</summary>
    public void Release()
    {
        DirectoryHandle? surplus = null;
        lock (_lock)
        {
            _users--;
            if (_users == 0)
            {
                surplus = EndUse();
            }
        }

        surplus?.CloseUnused();
    }

    /// <summary>Opens the directory above if it is closed, from this one if that is open, before this one is done with.
    /// </summary>
    public void OpenParent()
    {
        if (_parent is not null && Volatile.Read(ref _parent._fd) < 0 && TryAcquireOpen(out int fd))
        {
            _parent.OpenFromBelow(fd);
            Release();
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

    private bool TryAcquireOpen(out int fd)
    {
        lock (_lock)
        {
            fd = _fd;
            if (fd < 0)
            {
                return false;
            }

            BeginUse();
            return true;
        }
    }

    private int AcquireIn(int directory, out int fd)
    {
        lock (_lock)
        {
            int error = _fd >= 0 ? 0 : Open(directory, in _nativeName[0]);
            if (error == 0)
            {
                BeginUse();
            }

            fd = _fd;
            return error;
        }
    }

    /// <summary>Failures do not matter: then it is found by its name when it is needed.</summary>
    private void OpenFromBelow(int directoryInIt)
    {
        DirectoryHandle? surplus = null;
        lock (_lock)
        {
            if (_fd < 0 && _hasIdentity && !_isRetired && Open(directoryInIt, in "..\0"u8[0]) == 0)
            {
                surplus = _budget.Unused(this);
            }
        }

        surplus?.CloseUnused();
    }

    private int Open(int directory, ref readonly byte name)
    {
        int fd = Descriptors.Open(directory, in name, _flags);
        int error = fd < 0 ? -fd : Identify(fd);
        if (error == 0)
        {
            _fd = fd;
            _budget.Opened();
        }
        else if (fd >= 0)
        {
            _ = Interop.Libc.close(fd);
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

        if (_hasIdentity && (stat.Inode != _inode || stat.Device != _device))
        {
            return Interop.Libc.ESTALE;
        }

        _inode = stat.Inode;
        _device = stat.Device;
        _hasIdentity = true;
        return 0;
    }

    private void BeginUse()
    {
        if (_users++ == 0)
        {
            _budget.Used(this);
        }
    }

    private DirectoryHandle? EndUse()
    {
        if (_isRetired)
        {
            Close();
            return null;
        }

        return _isAdopted ? null : _budget.Unused(this);
    }

    private void CloseUnused()
    {
        lock (_lock)
        {
            if (_users == 0)
            {
                Close();
            }
        }
    }

    private void Close()
    {
        if (_fd >= 0)
        {
            _ = Interop.Libc.close(_fd);
            _fd = -1;
            _budget.Closed(this);
        }
    }
}
