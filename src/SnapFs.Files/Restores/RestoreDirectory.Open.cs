using SnapFs.Files.Scanning;
using SnapFs.Posix.Files;
using SnapFs.Trees;

namespace SnapFs.Files.Restores;

internal sealed partial class RestoreDirectory
{
    private bool _openRefused;

    /// <summary>Makes and opens this directory and those above it. Any worker may ask; one does it.</summary>
    /// <returns>False if it cannot be had; that is reported once.</returns>
    private bool TryOpen()
    {
        if (!_isOpened)
        {
            List<RestoreDirectory> closed = [];
            for (RestoreDirectory? above = this; above is { _isOpened: false }; above = above._parent)
            {
                closed.Add(above);
            }

            for (int i = closed.Count - 1; i >= 0; i--)
            {
                closed[i].OpenOnce();
            }
        }

        return _openError == 0;
    }

    private void OpenOnce()
    {
        lock (_opening)
        {
            if (!_isOpened)
            {
                _openError = _parent is null || _parent._openError == 0 ? Open() : -1;
                _isOpened = true;
            }
        }
    }

    /// <returns>0, or -1 if it cannot be had.</returns>
    private int Open()
    {
        RestoreDirectory parent = _parent ?? throw new InvalidOperationException("the target is open already");
        int error = 0;
        int directory = -1;
        if (parent._handle is not null)
        {
            error = parent._handle.Acquire(out directory);
        }

        if (error != 0)
        {
            _services.AddError(_path, "cannot open the directory above", error);
            return -1;
        }

        try
        {
            return Make(directory) ? 0 : -1;
        }
        finally
        {
            if (directory >= 0)
            {
                parent._handle?.Release();
            }
        }
    }

    private bool Make(int directory)
    {
        RestoreDirectory parent = _parent ?? throw new InvalidOperationException("the target is open already");
        byte[] name = RawPath.Terminate(_path.Name);
        FileStat stat = default;
        bool isFree = parent._isNew || directory < 0 || FileStat.At(directory, in name[0], out stat) != 0;
        bool isThere = !isFree && IsUsable(directory, name, in stat);
        if (_openRefused)
        {
            return false;
        }

        if (!isThere)
        {
            _isNew = true;
            _isTrusted = true;
            if (_services.Options.DryRun)
            {
                _services.Report(isFree ? RestoreChange.New : RestoreChange.Replaced, _path);
                return true;
            }

            if (Interop.Libc.mkdirat(directory, in name[0], 0x1C0) != 0) // 0700 until all below is done
            {
                _services.AddError(_path, "cannot make the directory", Interop.Libc.Errno);
                return false;
            }
        }

        DirectoryHandle handle = new(
            _services.Descriptors, parent._handle, _path.Name, Interop.Libc.O_RDONLY | Interop.Libc.O_NOFOLLOW);
        int error = handle.Acquire(out int fd);
        if (error == 0)
        {
            error = FileStat.Of(fd, out _before);
            handle.Release();
        }

        if (error != 0)
        {
            handle.Dispose();
            _services.AddError(_path, "cannot open the directory", error);
            return false;
        }

        if (_isNew && !IsMadeHere(directory))
        {
            handle.Dispose();
            _services.AddProblem(_path, ErrorKind.Changed, "was replaced while the restore ran; nothing below it is restored");
            return false;
        }

        if (!_isNew && IsPlanted())
        {
            handle.Dispose();
            _services.AddProblem(
                _path,
                ErrorKind.Refused,
                "belongs to another user than in the snapshot, who may have put anything in it; nothing below it is restored");
            return false;
        }

        _handle = handle;
        if (_isNew)
        {
            _services.Report(isFree ? RestoreChange.New : RestoreChange.Replaced, _path);
        }
        else
        {
            _isTrusted = _services.IsTrusted(in _before);
        }

        return true;
    }

    /// <summary>Whether the directory that was opened is the one that was made a moment ago. Whoever may write to the directory above
    /// can put one of his own in its place, in which he would choose what names lead to, or one that this run made elsewhere.</summary>
    private bool IsMadeHere(int directory) =>
        (_parent!._isTrusted || _services.IsOwn(in _before, directory)) // not null: the target is not made here
        && _services.Made.TryAdd((_before.Device, _before.Inode), _path);

    /// <summary>Whether a directory that exists would be given to another user with all that its owner put in it, below a directory in
    /// which not only root chooses what names lead to.</summary>
    private bool IsPlanted()
    {
        if (!_services.IsRoot || _parent!._isTrusted || !_isSelected || _isAncestor || _before.UserId == 0) // not null: see above
        {
            return false;
        }

        NodeView node = NodeCodec.Read(_raw);
        return _before.UserId != MetadataWriter.OwnerOf(_services, in node, _page);
    }

    /// <summary>Whether what has the name is a directory; anything else makes way, never a symlink that leads
    /// somewhere on the way to what is to be restored.</summary>
    private bool IsUsable(int directory, byte[] name, in FileStat stat)
    {
        if (stat.Type == NodeType.Directory)
        {
            return true;
        }

        if (_isAncestor || _services.Options.Overwrite == OverwriteMode.Never)
        {
            _services.AddProblem(_path, ErrorKind.Exists, "is no directory on the target; nothing below it is restored");
            _openRefused = true;
        }
        else if (!_services.Options.DryRun && Interop.Libc.unlinkat(directory, in name[0], 0) != 0)
        {
            _services.AddError(_path, "cannot replace it by a directory", Interop.Libc.Errno);
            _openRefused = true;
        }

        return false;
    }

    private bool TryAcquire(out int fd)
    {
        fd = -1;
        int error = _handle?.Acquire(out fd) ?? 0;
        if (error != 0)
        {
            _services.AddError(_path, "cannot open the directory again", error);
        }

        return error == 0;
    }

    /// <summary>Removes what the snapshot does not have, and gives the directory its metadata.</summary>
    private void Finish(RestoreContext context)
    {
        bool isWhole = _isSelected && !_isAncestor;
        if (_handle is null || !(isWhole || _isNew) || !TryAcquire(out int fd))
        {
            CountNew(context);
            return;
        }

        try
        {
            if (isWhole && !_isNew && !_isIncomplete && _services.Options.Delete)
            {
                RemoveExtras(context, fd);
            }

            NodeView node = NodeCodec.Read(_raw);
            MetadataWriter.Access wanted = context.Metadata.AccessOf(in node, _page);
            context.Metadata.Count(in wanted, _path);
            if (!_isNew && context.Metadata.Differs(fd, isPathOnly: false, in node, in wanted, in _before))
            {
                _services.Report(RestoreChange.Attributes, _path);
            }

            if (_services.Options.DryRun)
            {
                context.Metadata.CountIfNotOwned(in wanted, _before.UserId);
            }
            else
            {
                context.Metadata.Set(fd, isPathOnly: false, in node, in wanted, _path);
            }
        }
        catch (Exception e) when (_services.IsOfEntry(e))
        {
            _services.AddFailure(_path, e);
        }
        finally
        {
            _handle.Release();
        }
    }

    /// <summary>Counts what would become of the owner of a directory that a dry run would make.</summary>
    private void CountNew(RestoreContext context)
    {
        if (_services.Options.DryRun && _isNew && _isOpened && _openError == 0)
        {
            NodeView node = NodeCodec.Read(_raw);
            MetadataWriter.Access wanted = context.Metadata.AccessOf(in node, _page);
            context.Metadata.Count(in wanted, _path);
            context.Metadata.CountIfNotOwned(in wanted, _services.User);
        }
    }

    /// <summary>Whether this directory or one above it may lack what the backup could not read.</summary>
    private bool IsCovered()
    {
        if (!_services.Guard.HasOmissions)
        {
            return false;
        }

        for (RestorePath? path = _path; path is not null; path = path.Parent)
        {
            if (_services.Guard.Covers(path))
            {
                return true;
            }
        }

        return _services.Guard.CoversAbove(_path);
    }

    private void RemoveExtras(RestoreContext context, int fd)
    {
        DirectoryCursor cursor = new(_services.Pages, NodeCodec.Read(_raw).Tree);
        if (FileStat.Of(fd, out FileStat stat) != 0 || (cursor.Total == 0 && IsMountPoint(in stat)))
        {
            return; // recorded without its content because something else is mounted on it
        }

        bool isCovered = IsCovered() || _services.Guard.SparesContent(fd);

        using DirectoryHandle fresh = new(_services.Descriptors, _handle, "."u8, Interop.Libc.O_RDONLY);
        int error = fresh.Acquire(out int listed);
        if (error != 0)
        {
            _services.AddError(_path, "cannot read the directory", error);
            return;
        }

        DirectoryListing listing = new();
        error = listing.Read(listed, context.Buffer(64 * 1024));
        fresh.Release();
        if (error != 0)
        {
            _services.AddError(_path, "cannot read the directory", error);
        }

        listing.Sort();
        bool hasNode = cursor.Next();
        for (int i = 0; i < listing.Count; i++)
        {
            while (hasNode && cursor.Node.Name.SequenceCompareTo(listing.Name(i)) < 0)
            {
                hasNode = cursor.Next();
            }

            bool isWanted = hasNode && cursor.Node.Name.SequenceEqual(listing.Name(i));
            if (!isWanted)
            {
                byte[] name = RawPath.Terminate(listing.Name(i));
                if (isCovered)
                {
                    context.Spared++;
                }
                else
                {
                    context.Extras.Remove(fd, _path, _path.Child(name), name, stat.Device);
                }
            }
        }
    }

    private bool IsMountPoint(in FileStat stat)
    {
        int above = -1;
        if (_parent?._handle is null || _parent._handle.Acquire(out above) != 0)
        {
            return false;
        }

        bool isOther = FileStat.Of(above, out FileStat parent) == 0 && parent.Device != stat.Device;
        _parent._handle.Release();
        return isOther;
    }
}
