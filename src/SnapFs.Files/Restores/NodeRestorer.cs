using SnapFs.Files.Scanning;
using SnapFs.Posix.Files;
using SnapFs.Trees;

namespace SnapFs.Files.Restores;

/// <summary>Restores everything but directories. One for each worker.</summary>
internal sealed partial class NodeRestorer
{
    private readonly RestoreServices _services;
    private readonly RestoreContext _context;

    public NodeRestorer(RestoreServices services, RestoreContext context)
    {
        _services = services;
        _context = context;
    }

    /// <summary>Restores one node of a leaf.</summary>
    /// <param name="place">The directory on the target.</param>
    /// <param name="page">The leaf.</param>
    /// <param name="index">The node.</param>
    public void Restore(RestorePlace place, TreePage page, int index)
    {
        NodeView node = page.Node(index);
        byte[] path = RawPath.Join(place.Path, node.Name);
        byte[] name = RawPath.Terminate(node.Name);
        bool isDone;
        try
        {
            isDone = node.LinkCount > 1
                ? RestoreLinked(place, name, path, in node, page)
                : TryRestore(place, name, path, in node, page);
        }
        catch (SnapFsException e) when (e is not RestoreStoppedException)
        {
            _services.AddDamage(path, e);
            return;
        }

        if (isDone)
        {
            _context.Entries++;
            _context.Files += node.Type == NodeType.File ? 1 : 0;
            _context.Bytes += node.Type == NodeType.File ? node.Size : 0;
        }
    }

    private bool RestoreLinked(RestorePlace place, byte[] name, byte[] path, in NodeView node, TreePage page)
    {
        LinkClaims.Claim claim = _services.Links.Of(node.Device, node.Inode, out bool isMine);
        if (!isMine)
        {
            return (claim.Wait() && TryLink(place, name, path, claim)) || TryRestore(place, name, path, in node, page);
        }

        bool isDone = false;
        try
        {
            isDone = TryRestore(place, name, path, in node, page);
        }
        finally
        {
            FileStat stat = default;
            bool isThere = isDone && FileStat.At(place.Descriptor, in name[0], out stat) == 0;
            claim.Settle(isThere ? place.Handle : null, name, in stat);
        }

        return isDone;
    }

    /// <summary>Makes a name a link to the file its inode was restored as.</summary>
    private bool TryLink(RestorePlace place, byte[] name, byte[] path, LinkClaims.Claim claim)
    {
        bool isThere = FileStat.At(place.Descriptor, in name[0], out FileStat existing) == 0;
        if ((isThere && existing.IsSameInode(claim.Stat)) || _services.Options.DryRun)
        {
            return true;
        }

        if (isThere && !MayReplace(place, name, path, in existing))
        {
            return true; // reported or left alone on purpose
        }

        DirectoryHandle first = claim.Directory ?? throw new InvalidOperationException("the claim holds no file");
        if (first.Acquire(out int directory) != 0)
        {
            return false;
        }

        byte[] target = isThere ? RestoreContext.TemporaryName() : name;
        bool isLinked = Interop.Libc.linkat(
            directory, in claim.NativeName[0], place.Descriptor, in target[0], 0) == 0;
        first.Release();
        return isLinked && (!isThere || TryRename(place, target, name, path));
    }

    private bool TryRestore(RestorePlace place, byte[] name, byte[] path, in NodeView node, TreePage page)
    {
        FileStat existing = default;
        bool isThere = !place.IsNew
            && place.Descriptor >= 0
            && FileStat.At(place.Descriptor, in name[0], out existing) == 0;
        if (!isThere)
        {
            return _services.Options.DryRun || TryCreate(place, name, path, in node, page);
        }

        if (_services.Options.Overwrite == OverwriteMode.Never)
        {
            _context.FilesKept += node.Type == NodeType.File ? 1 : 0;
            return true;
        }

        if (existing.Type == node.Type && IsKept(place, name, in node, in existing))
        {
            _context.FilesKept += node.Type == NodeType.File ? 1 : 0;
            return _services.Options.DryRun || TryFixMetadata(place, name, path, in node, page);
        }

        if (!MayReplace(place, name, path, in existing))
        {
            return false;
        }

        if (_services.Options.DryRun)
        {
            return true;
        }

        byte[] temporary = RestoreContext.TemporaryName();
        return TryCreate(place, temporary, path, in node, page) && TryRename(place, temporary, name, path);
    }

    /// <summary>Whether what exists has the content that is to be there.</summary>
    private bool IsKept(RestorePlace place, byte[] name, in NodeView node, in FileStat existing)
    {
        switch (node.Type)
        {
            case NodeType.File:
                bool looksSame = existing.Size == node.Size
                    && existing.Modified == node.Modified
                    && _services.Options.Overwrite == OverwriteMode.IfChanged;
                return looksSame && (!_services.Options.Verify || HasContent(place, name, in node));
            case NodeType.Symlink:
                byte[] target = _context.Buffer(TreeLimits.MaxTarget + 1);
                nint length = Interop.Libc.readlinkat(place.Descriptor, in name[0], ref target[0], target.Length);
                return length >= 0 && node.Target.SequenceEqual(target.AsSpan(0, (int)length));
            case NodeType.CharacterDevice or NodeType.BlockDevice:
                return existing.DeviceNumber == node.DeviceNumber;
            default:
                return true;
        }
    }

    /// <summary>Whether a name may be taken from what has it; a directory is emptied only with <c>--delete</c>.
    /// </summary>
    private bool MayReplace(RestorePlace place, byte[] name, byte[] path, in FileStat existing)
    {
        if (_services.Options.Overwrite == OverwriteMode.Never)
        {
            return false;
        }

        if (existing.Type != NodeType.Directory || _services.Options.DryRun)
        {
            return true;
        }

        if (_services.Options.Delete)
        {
            return ExtraRemover.Remove(_services, _context, place.Descriptor, name, path, existing.Device);
        }

        if (Interop.Libc.unlinkat(place.Descriptor, in name[0], Interop.Libc.AT_REMOVEDIR) == 0)
        {
            return true;
        }

        _services.Problems.Add(path, "is a directory that is not empty and no directory in the snapshot");
        return false;
    }

    private bool TryRename(RestorePlace place, byte[] from, byte[] to, byte[] path)
    {
        if (Interop.Libc.renameat(place.Descriptor, in from[0], place.Descriptor, in to[0]) == 0)
        {
            return true;
        }

        int error = Interop.Libc.Errno;
        _ = Interop.Libc.unlinkat(place.Descriptor, in from[0], 0);
        _services.AddError(path, "cannot replace it", error);
        return false;
    }
}
