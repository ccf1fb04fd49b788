using SnapFs.Files.Scanning;
using SnapFs.Posix.Files;
using SnapFs.Trees;

namespace SnapFs.Files.Restores;

/// <summary>
/// Restores everything but directories. A dry run decides by the same code and stops where the target would be changed. One for each
/// worker.
/// </summary>
internal sealed partial class NodeRestorer
{
    private readonly RestoreServices _services;
    private readonly RestoreContext _context;

    /// <summary>What the entry restored last is on the target, as its descriptor showed it.</summary>
    private FileStat _restored;

    /// <summary>Whether that was left as it is although it is not what the snapshot has, so that no further name may be made of it.
    /// </summary>
    private bool _isOther;

    public NodeRestorer(RestoreServices services, RestoreContext context)
    {
        _services = services;
        _context = context;
    }

    private bool IsDry => _services.Options.DryRun;

    /// <summary>Restores one node of a leaf. Whatever goes wrong with it is its own problem.</summary>
    /// <param name="place">The directory on the target.</param>
    /// <param name="page">The leaf.</param>
    /// <param name="index">The node.</param>
    public void Restore(RestorePlace place, TreePage page, int index)
    {
        RestorePath path = place.Path;
        try
        {
            NodeView node = page.Node(index);
            byte[] name = RawPath.Terminate(node.Name);
            path = place.Path.Child(name);
            _restored = default;
            _isOther = false;
            bool isDone = node.LinkCount > 1
                ? RestoreLinked(place, name, path, in node, page)
                : TryRestore(place, name, path, in node, page);
            if (isDone)
            {
                _context.Entries++;
                _context.Files += node.Type == NodeType.File ? 1 : 0;
                _context.Bytes += node.Type == NodeType.File ? node.Size : 0;
            }
        }
        catch (Exception e) when (_services.IsOfEntry(e))
        {
            _services.AddFailure(path, e);
        }
    }

    private bool RestoreLinked(RestorePlace place, byte[] name, RestorePath path, in NodeView node, TreePage page)
    {
        LinkClaims.Claim claim = _services.Links.Of(in node, out bool isMine);
        if (!isMine)
        {
            bool? isLinked = claim.Wait() ? TryLink(place, name, path, in node, claim) : null;
            return isLinked ?? TryRestore(place, name, path, in node, page);
        }

        bool isDone = false;
        try
        {
            isDone = TryRestore(place, name, path, in node, page);
        }
        finally
        {
            claim.Settle(isDone && !_isOther, place.Handle, name, in _restored);
        }

        return isDone;
    }

    /// <summary>Makes a name a link to the file its inode was restored as.</summary>
    /// <returns>Whether the name is as it should be; null if it cannot be a link and must be a file of its own.</returns>
    private bool? TryLink(RestorePlace place, byte[] name, RestorePath path, in NodeView node, LinkClaims.Claim claim)
    {
        bool isThere = TryLook(place, name, out FileStat existing);
        if (isThere && (existing.IsSameInode(claim.Stat) || _services.Options.Overwrite == OverwriteMode.Never))
        {
            _context.FilesKept += node.Type == NodeType.File ? 1 : 0;
            return true;
        }

        if (isThere && !MayReplace(place, name, path, in existing))
        {
            return false;
        }

        if (!IsDry)
        {
            byte[] target = isThere ? RestoreContext.TemporaryName() : name;
            if (!IsLinked(place, target, claim))
            {
                return null;
            }

            if (isThere && !TryRename(place, target, name, path))
            {
                return false;
            }
        }

        _services.Report(isThere ? RestoreChange.Replaced : RestoreChange.New, path);
        return true;
    }

    /// <summary>Links a name to what was restored: to the descriptor that was looked at, and not to whatever has the first name by
    /// then.</summary>
    private static bool IsLinked(RestorePlace place, byte[] name, LinkClaims.Claim claim)
    {
        if (claim.Directory is not { } first || first.Acquire(out int directory) != 0)
        {
            return false;
        }

        int fd = Descriptors.Open(directory, in claim.NativeName[0], Interop.Libc.O_PATH | Interop.Libc.O_NOFOLLOW);
        first.Release();
        if (fd < 0)
        {
            return false;
        }

        try
        {
            if (FileStat.Of(fd, out FileStat found) != 0 || !claim.IsStill(in found))
            {
                return false;
            }

            byte empty = 0;
            if (Interop.Libc.linkat(fd, in empty, place.Descriptor, in name[0], Interop.Libc.AT_EMPTY_PATH) == 0)
            {
                return true;
            }

            // Without a privilege of root, the kernel links by descriptor only through /proc.
            byte[] proc = ProcPath.Of(fd);
            return Interop.Libc.linkat(
                Interop.Libc.AT_FDCWD, in proc[0], place.Descriptor, in name[0], Interop.Libc.AT_SYMLINK_FOLLOW) == 0;
        }
        finally
        {
            _ = Interop.Libc.close(fd);
        }
    }

    private static bool TryLook(RestorePlace place, byte[] name, out FileStat existing)
    {
        existing = default;
        return !place.IsNew && place.Descriptor >= 0 && FileStat.At(place.Descriptor, in name[0], out existing) == 0;
    }

    private bool TryRestore(RestorePlace place, byte[] name, RestorePath path, in NodeView node, TreePage page)
    {
        if (!TryLook(place, name, out FileStat existing))
        {
            if (!TryCreate(place, name, path, in node, page))
            {
                return false;
            }

            _services.Report(RestoreChange.New, path);
            return true;
        }

        if (_services.Options.Overwrite == OverwriteMode.Never)
        {
            _restored = existing;
            _isOther = existing.Type != node.Type || existing.Size != node.Size || existing.Modified != node.Modified;
            _context.FilesKept += node.Type == NodeType.File ? 1 : 0;
            return true;
        }

        bool? isKept = existing.Type == node.Type && HasContent(place, name, in node, in existing)
            ? TryKeep(place, name, path, in node, page, in existing)
            : null;
        if (isKept is { } isRight)
        {
            _context.FilesKept += node.Type == NodeType.File ? 1 : 0;
            return isRight;
        }

        if (!MayReplace(place, name, path, in existing))
        {
            return false;
        }

        byte[] temporary = RestoreContext.TemporaryName();
        if (!TryCreate(place, temporary, path, in node, page) || (!IsDry && !TryRename(place, temporary, name, path)))
        {
            return false;
        }

        _services.Report(RestoreChange.Replaced, path);
        return true;
    }

    /// <summary>Whether what exists has the content that is to be there.</summary>
    private bool HasContent(RestorePlace place, byte[] name, in NodeView node, in FileStat existing)
    {
        switch (node.Type)
        {
            case NodeType.File:
                bool looksSame = existing.Size == node.Size
                    && existing.Modified == node.Modified
                    && _services.Options.Overwrite == OverwriteMode.IfChanged;
                return looksSame && (!_services.Options.Verify || ReadsTheSame(place, name, in node));
            case NodeType.Symlink:
                return HasTarget(place.Descriptor, in name[0], node.Target);
            case NodeType.CharacterDevice or NodeType.BlockDevice:
                return existing.DeviceNumber == node.DeviceNumber;
            default:
                return true;
        }
    }

    private bool HasTarget(int directory, ref readonly byte name, ReadOnlySpan<byte> expected)
    {
        byte[] target = _context.Buffer(TreeLimits.MaxTarget + 1);
        nint length = Interop.Libc.readlinkat(directory, in name, ref target[0], target.Length);
        return length >= 0 && expected.SequenceEqual(target.AsSpan(0, (int)length));
    }

    /// <summary>Whether a name may be taken from what has it; a directory is emptied only with <c>--delete</c>.
    /// </summary>
    private bool MayReplace(RestorePlace place, byte[] name, RestorePath path, in FileStat existing)
    {
        if (existing.Type != NodeType.Directory)
        {
            return true;
        }

        bool isGone = _services.Options.Delete
            ? _context.Extras.Remove(place.Descriptor, place.Path, path, name, existing.Device)
            : IsEmptyDirectory(place.Descriptor, name)
                && (IsDry || Interop.Libc.unlinkat(place.Descriptor, in name[0], Interop.Libc.AT_REMOVEDIR) == 0);
        if (!isGone)
        {
            _services.AddProblem(path, ErrorKind.Exists, "is a directory that is not empty and no directory in the snapshot");
        }

        return isGone;
    }

    private bool IsEmptyDirectory(int directory, byte[] name)
    {
        int flags = Interop.Libc.O_RDONLY | Interop.Libc.O_NOFOLLOW | Interop.Libc.O_DIRECTORY;
        int fd = Descriptors.Open(directory, in name[0], flags);
        if (fd < 0)
        {
            return false;
        }

        DirectoryListing listing = new();
        int error = listing.Read(fd, _context.Buffer(64 * 1024));
        _ = Interop.Libc.close(fd);
        return error == 0 && listing.Count == 0;
    }

    private bool TryRename(RestorePlace place, byte[] from, byte[] to, RestorePath path)
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
