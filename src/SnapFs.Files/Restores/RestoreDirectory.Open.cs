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
        lock (_opening)
        {
            if (!_isOpened)
            {
                _isOpened = true;
                _openError = _parent is null || _parent.TryOpen() ? Open() : -1;
            }

            return _openError == 0;
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
            return directory < 0 || Make(directory) ? 0 : -1;
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
        byte[] name = RawPath.Terminate(_name);
        bool isThere = !_parent!._isNew && FileStat.At(directory, in name[0], out FileStat stat) == 0 // set in Open
            && IsUsable(directory, name, in stat);
        if (_openRefused)
        {
            return false;
        }

        if (!isThere)
        {
            _isNew = true;
            if (_services.Options.DryRun)
            {
                return true;
            }

            if (Interop.Libc.mkdirat(directory, in name[0], 0x1C0) != 0) // 0700 until all below is done
            {
                _services.AddError(_path, "cannot make the directory", Interop.Libc.Errno);
                return false;
            }
        }

        DirectoryHandle handle = new(
            _services.Descriptors, _parent!._handle, _name, Interop.Libc.O_RDONLY | Interop.Libc.O_NOFOLLOW);
        int error = handle.Acquire(out _);
        if (error != 0)
        {
            handle.Dispose();
            _services.AddError(_path, "cannot open the directory", error);
            return false;
        }

        _handle = handle;
        handle.Release();
        return true;
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
            _services.Problems.Add(_path, "is no directory on the target; nothing below it is restored");
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
            return;
        }

        try
        {
            if (isWhole && !_isNew && !_isIncomplete && _services.Options.Delete)
            {
                RemoveExtras(context, fd);
            }

            if (!_services.Options.DryRun)
            {
                NodeView node = NodeCodec.Read(_raw);
                context.Metadata.Apply(fd, isPathOnly: false, in node, _page, _path);
            }
        }
        catch (SnapFsException e) when (e is not RestoreStoppedException)
        {
            _services.AddDamage(_path, e);
        }
        finally
        {
            _handle.Release();
        }
    }

    private void RemoveExtras(RestoreContext context, int fd)
    {
        DirectoryCursor cursor = new(_services.Pages, NodeCodec.Read(_raw).Tree);
        if (FileStat.Of(fd, out FileStat stat) != 0 || (cursor.Total == 0 && IsMountPoint(in stat)))
        {
            return; // recorded without its content because something else is mounted on it
        }

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
                ExtraRemover.Remove(_services, context, fd, name, RawPath.Join(_path, listing.Name(i)), stat.Device);
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
