using SnapFs.Files.Backups;
using SnapFs.Files.Excludes;
using SnapFs.Posix.Files;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Files.Scanning;

internal sealed partial class DirectoryTask
{
    /// <summary>Opens and lists this directory.</summary>
    /// <param name="context">The worker.</param>
    /// <param name="failed">What to deliver instead if there is nothing to walk.</param>
    private bool TryStart(WorkerContext context, ref byte[]? failed)
    {
        _walk.Pool.ThrowIfStopped();
        _started = Timestamp.From(DateTimeOffset.UtcNow);
        int error = Open(out int fd);
        if (error != 0)
        {
            failed = Unreadable(context, error);
            return false;
        }

        try
        {
            if (_source is null && IsProtected())
            {
                _services.Omissions.Add(RecordedPath(), OmissionKind.Protected);
                return false; // the repository and the cache: as if excluded
            }

            OpenPrevious();
            if (_isInside && fd >= 0 && MayEnter(fd))
            {
                List(context, fd);
            }

            if (_isInside && _parent is not null && _previousPage?.Node(_previousIndex).Type != NodeType.Directory)
            {
                _services.Changed(FileChange.New, _parent, _name);
            }

            AddNamed();
            _listing.Sort();
            return true;
        }
        finally
        {
            if (fd >= 0)
            {
                _handle?.Release();
            }
        }
    }

    private int Open(out int fd)
    {
        fd = -1;
        if (_source is not null)
        {
            return OpenNamed(_source, out fd);
        }

        _handle = new DirectoryHandle(
            _services.Descriptors, _parent?._handle, _name, Interop.Libc.O_RDONLY | Interop.Libc.O_NOFOLLOW);
        int error = _handle.Acquire(out fd);
        error = error != 0 ? error : FileStat.Of(fd, out _stat);
        _sourceDevice = _parent?._sourceDevice ?? _stat.Device;
        return error;
    }

    /// <summary>Opens a source, or a directory above one: that is looked through, not read, and its path may lead
    /// through symlinks. One that does not exist here (<c>--as</c>) is made up.</summary>
    private int OpenNamed(SourceNode source, out int fd)
    {
        int flags = _isInside
            ? Interop.Libc.O_RDONLY | (source.RealPath.Length > 1 ? Interop.Libc.O_NOFOLLOW : 0)
            : Interop.Libc.O_PATH;
        _handle = new DirectoryHandle(_services.Descriptors, null, source.RealPath, flags);
        int error = _handle.Acquire(out fd);
        if (error is Interop.Libc.ENOENT or Interop.Libc.ENOTDIR && !source.IsSource)
        {
            _handle.Dispose();
            _handle = null;
            fd = -1;
            _stat = MadeUp(source);
            return 0;
        }

        error = error != 0 ? error : FileStat.Of(fd, out _stat);
        _sourceDevice = source.IsSource || _parent is null ? _stat.Device : _parent._sourceDevice;
        return error;
    }

    /// <summary>A directory that only the recorded path has: owned by root, with the times of its source.</summary>
    private static FileStat MadeUp(SourceNode node)
    {
        SourceNode source = node;
        while (!source.IsSource)
        {
            source = source.Children[0];
        }

        _ = FileStat.At(Interop.Libc.AT_FDCWD, in source.NativePath[0], out FileStat stat);
        return new FileStat
        {
            RawMode = Interop.Libc.S_IFDIR | 0x1ED, // 0755
            LinkCount = 1,
            Modified = stat.Modified,
            Changed = stat.Modified,
        };
    }

    private bool IsProtected()
    {
        foreach (FileStat directory in _services.Protected)
        {
            if (_stat.IsSameInode(in directory))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a directory above a source, but below another source, belongs to that: not if it is excluded or lies in
    /// what is. Then only the source below it is taken.</summary>
    private static bool IsWantedWithin(DirectoryTask? parent, ReadOnlySpan<byte> name)
    {
        if (parent is not { _isEntered: true, _isTagged: false })
        {
            return false;
        }

        bool isExcluded = parent._services.Excludes.IsMatch(parent.RecordedPath(), name, isDirectory: true);
        if (isExcluded)
        {
            parent._services.Omissions.Add(parent.PathOf(name), OmissionKind.Excluded);
        }

        return !isExcluded;
    }

    /// <summary>Whether the content belongs to the backup: not on another file system if only one is wanted, and not
    /// one that the kernel or a mount of snapshots makes up.</summary>
    private bool MayEnter(int fd)
    {
        if (_source is { IsSource: true } || _parent is null)
        {
            return true;
        }

        OmissionKind? barrier = MountBoundary.Find(
            fd, in _stat, _parent._stat.Device, _sourceDevice, _services.OneFileSystem, out bool isSnapFs);
        if (barrier is null)
        {
            return true;
        }

        _isBarred = true;
        byte[] path = RecordedPath();
        _services.Omissions.Add(path, barrier.Value);
        if (isSnapFs)
        {
            _services.OnNote?.Invoke($"{RawPath.ToText(path)}: is a mount of snapshots and was left out");
        }

        return false;
    }

    private void List(WorkerContext context, int fd)
    {
        _isEntered = true;
        int error = _listing.Read(fd, context.Small, _services.Stop);
        if (error != 0)
        {
            Report(default, OmissionKind.UnreadableDirectory, error, "cannot read the whole directory");
        }

        if (_listing.HasLongNames)
        {
            _listing.Keep(HasRecordableName);
        }

        IReadOnlyList<DirectoryTag> tags = _services.Tags.In(fd);
        if (tags.Count > 0)
        {
            _isTagged = true;
            _services.Omissions.Add(RecordedPath(), DirectoryTags.KindOf(tags));
            _listing.Keep(entry => DirectoryTags.Has(tags, _listing.Name(entry)));
        }
        else if (!_services.Excludes.IsEmpty)
        {
            byte[] path = RecordedPath();
            _listing.Keep(entry => IsWanted(path, entry));
        }
    }

    private bool HasRecordableName(int entry)
    {
        int length = _listing.Name(entry).Length;
        if (length <= TreeLimits.MaxWrittenName)
        {
            return true;
        }

        Report(
            _listing.Name(entry),
            OmissionKind.Indescribable,
            0,
            $"its name has {length} bytes, and a snapshot holds names of up to {TreeLimits.MaxWrittenName}; rename it");
        return false;
    }

    private bool IsWanted(byte[] path, int entry)
    {
        ReadOnlySpan<byte> name = _listing.Name(entry);
        if (!_services.Excludes.IsMatch(path, name, _listing.IsDirectory(entry)))
        {
            return true;
        }

        if (_source?.Child(name) is null)
        {
            _services.Omissions.Add(RawPath.Join(path, name), OmissionKind.Excluded);
            NoteLeftOut(name);
        }

        return false;
    }

    /// <summary>Named entries stand instead of what the directory has under their names.</summary>
    private void AddNamed()
    {
        if (_source is null || _source.Children.Count == 0)
        {
            return;
        }

        _listing.Keep(entry => _source.Child(_listing.Name(entry)) is null);
        foreach (SourceNode child in _source.Children)
        {
            bool isThere = FileStat.At(Interop.Libc.AT_FDCWD, in child.NativePath[0], out FileStat stat) == 0;
            _listing.Add(child.Name, !child.IsSource || !isThere || stat.Type == NodeType.Directory);
        }
    }

    private void OpenPrevious()
    {
        if (_services.Previous is not PreviousTree previous)
        {
            return;
        }

        if (_parent is null)
        {
            _previous = PreviousDirectory.TryOpen(previous.Pages, previous.Root);
        }
        else if (_previousPage is not null && _previousPage.Node(_previousIndex) is { Type: NodeType.Directory } node)
        {
            _previous = PreviousDirectory.TryOpen(previous.Pages, in node.Tree);
        }
    }

    /// <summary>A directory that cannot be read is recorded without content, and as not read.</summary>
    private byte[]? Unreadable(WorkerContext context, int error)
    {
        if (error == Interop.Libc.ENOENT && _source is null)
        {
            ReportVanished(context, default);
            return null;
        }

        if (error is Interop.Libc.ENOENT or Interop.Libc.ENOTDIR or Interop.Libc.ELOOP)
        {
            string finding = error == Interop.Libc.ENOENT ? "vanished" : "was replaced";
            OmissionKind kind = error == Interop.Libc.ENOENT ? OmissionKind.UnreadableDirectory : OmissionKind.Replaced;
            Report(default, kind, 0, $"{finding} while the backup ran");
            return null;
        }

        Report(default, OmissionKind.UnreadableDirectory, error, "cannot open the directory");
        if (!TryLookFromParent())
        {
            return null;
        }

        _previous = null;
        StartEncoding();
        return Encode(context, TakeEncoder().Finish(), xattrs: default, isWhole: false);
    }

    private bool TryLookFromParent()
    {
        if (_source is not null)
        {
            return FileStat.At(Interop.Libc.AT_FDCWD, in _source.NativePath[0], out _stat) == 0;
        }

        int fd = -1;
        if (_parent?._handle is null || _parent._handle.Acquire(out fd) != 0)
        {
            return false;
        }

        bool isThere = FileStat.At(fd, in RawPath.Terminate(_name)[0], out _stat) == 0;
        _parent._handle.Release();
        return isThere && _stat.Type == NodeType.Directory;
    }
}
