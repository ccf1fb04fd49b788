using SnapFs.Caches;
using SnapFs.Chunks;
using SnapFs.Owners;
using SnapFs.Posix.Files;
using SnapFs.Trees;

namespace SnapFs.Files.Restores;

/// <summary>
/// Gives an open file the owner, attributes, mode and times of its node, in that order: a change of owner clears
/// set-id bits and capabilities, an ACL sets the mode, and everything moves the times. One for each worker.
/// </summary>
internal sealed class MetadataWriter
{
    private const uint SetIdBits = 0xC00;

    private readonly RestoreServices _services;
    private readonly byte[] _list = GC.AllocateUninitializedArray<byte>(65_536, pinned: true);
    private readonly byte[] _value = GC.AllocateUninitializedArray<byte>(TreeLimits.MaxXattrValue, pinned: true);
    private readonly byte[] _name = GC.AllocateUninitializedArray<byte>(TreeLimits.MaxXattrName + 1, pinned: true);

    public MetadataWriter(RestoreServices services) => _services = services;

    /// <summary>Owners, mode and access lists in numbers of this system. What is not certain here narrows them.</summary>
    /// <param name="node">What is to be restored.</param>
    /// <param name="page">The leaf of the node, for owner names; null to use numbers.</param>
    public Access AccessOf(in NodeView node, TreePage? page)
    {
        byte[]? access = ListOf(node.Xattrs, PosixAcl.AccessName);
        byte[]? inherited = ListOf(node.Xattrs, PosixAcl.DefaultName);
        if (_services.Options.NumericIds)
        {
            return new Access(node.UserId, node.GroupId, node.Mode, access, inherited);
        }

        (uint user, uint group, LostOwners lost) = OwnersOf(_services, in node, page);
        uint mode = node.Mode;
        int dropped = 0;
        int droppedOfInherited = 0;
        if (access is not null)
        {
            mode = PosixAcl.Narrow(access, mode, Resolve, lost, out access, out dropped);
        }
        else
        {
            mode = PosixAcl.Narrow(mode, lost);
        }

        if (inherited is not null)
        {
            inherited = PosixAcl.NarrowDefault(inherited, Resolve, lost, out droppedOfInherited);
        }

        return new Access(user, group, mode, access, inherited)
        {
            IsLost = lost != LostOwners.None,
            IsUnreadable = dropped < 0 || droppedOfInherited < 0,
            Dropped = Math.Max(dropped, 0) + Math.Max(droppedOfInherited, 0),
        };

        uint? Resolve(uint id, bool isUser) =>
            _services.Owners.Map(id, page is null ? [] : isUser ? page.UserName(id) : page.GroupName(id), isUser).Certain;
    }

    /// <summary>The number of the user here.</summary>
    public static uint OwnerOf(RestoreServices services, in NodeView node, TreePage? page) =>
        OwnersOf(services, in node, page).User;

    /// <summary>Counts what could not be given to those it was given to on the source.</summary>
    public void Count(in Access wanted, RestorePath path)
    {
        if (wanted.IsLost)
        {
            _services.AddOwnerLost();
        }

        if (wanted.Dropped > 0)
        {
            _services.AddEntriesDropped(wanted.Dropped);
        }

        if (wanted.IsUnreadable)
        {
            _services.AddProblem(path, ErrorKind.Source, "its access list cannot be read; nobody gets access by it");
        }
    }

    /// <summary>Counts an entry of another owner that an ordinary user leaves, or would make, as his own.</summary>
    public void CountIfNotOwned(in Access wanted, uint user)
    {
        if (!_services.IsRoot && wanted.User != user)
        {
            _services.AddOwnerNotSet();
        }
    }

    /// <summary>Whether <see cref="Set"/> would change anything.</summary>
    /// <param name="fd">The file.</param>
    /// <param name="isPathOnly">Whether it was opened with O_PATH.</param>
    /// <param name="node">What it is to be.</param>
    /// <param name="wanted">Whose, and for whom.</param>
    /// <param name="before">What it was before this run touched it.</param>
    public bool Differs(int fd, bool isPathOnly, in NodeView node, in Access wanted, in FileStat before)
    {
        bool isOwned = before.UserId == wanted.User && before.GroupId == wanted.Group;
        bool mayOwn = _services.IsRoot || before.UserId == wanted.User;
        uint mode = mayOwn ? wanted.Mode : wanted.Mode & ~SetIdBits;
        return (mayOwn && !isOwned)
            || before.Modified != node.Modified
            || (node.Type != NodeType.Symlink && before.Mode != mode)
            || ApplyXattrs(fd, isPathOnly ? ProcPath.Of(fd) : [], in node, in wanted, RestorePath.None, isDry: true);
    }

    /// <summary>Sets what differs.</summary>
    /// <param name="fd">The file.</param>
    /// <param name="isPathOnly">Whether it was opened with O_PATH: symlinks, devices, fifos and sockets.</param>
    /// <param name="node">What it is to be.</param>
    /// <param name="wanted">Whose, and for whom.</param>
    /// <param name="path">For messages.</param>
    public void Set(int fd, bool isPathOnly, in NodeView node, in Access wanted, RestorePath path)
    {
        int error = FileStat.Of(fd, out FileStat current);
        if (error != 0)
        {
            _services.AddError(path, "cannot look at it", error);
            return;
        }

        byte[] proc = isPathOnly ? ProcPath.Of(fd) : [];
        (bool isOwned, bool isMoved) = ApplyOwner(fd, in wanted, in current, path);
        bool isTouched = ApplyXattrs(fd, proc, in node, in wanted, path, isDry: false) || isMoved;
        uint mode = isOwned ? wanted.Mode : wanted.Mode & ~SetIdBits;
        if (node.Type != NodeType.Symlink && (isTouched || current.Mode != mode))
        {
            int result = isPathOnly
                ? Interop.Libc.fchmodat(Interop.Libc.AT_FDCWD, in proc[0], mode, 0)
                : Interop.Libc.fchmod(fd, mode);
            if (result != 0)
            {
                _services.AddError(path, "cannot set the mode", Interop.Libc.Errno);
            }
        }

        if (current.Modified != node.Modified)
        {
            ApplyTimes(fd, in node, path);
        }
    }

    /// <summary>An owner whose name is unknown here keeps the number, unless somebody else here has it: then it is root's. For an
    /// ordinary user it stays his own, as all that he cannot give away.</summary>
    private static (uint User, uint Group, LostOwners Lost) OwnersOf(RestoreServices services, in NodeView node, TreePage? page)
    {
        if (page is null || services.Options.NumericIds)
        {
            return (node.UserId, node.GroupId, LostOwners.None);
        }

        ReadOnlySpan<byte> userName = page.UserName(node.UserId);
        ReadOnlySpan<byte> groupName = page.GroupName(node.GroupId);
        MappedOwner user = services.Owners.Map(node.UserId, userName, isUser: true);
        MappedOwner group = services.Owners.Map(node.GroupId, groupName, isUser: false);
        LostOwners lost = (user.IsTaken && !userName.IsEmpty ? LostOwners.User : LostOwners.None)
            | (group.IsTaken && !groupName.IsEmpty ? LostOwners.Group : LostOwners.None);
        if (lost == LostOwners.None || !services.IsRoot)
        {
            return (user.Id, group.Id, LostOwners.None);
        }

        return (
            lost.HasFlag(LostOwners.User) ? MappedOwner.StandIn : user.Id,
            lost.HasFlag(LostOwners.Group) ? MappedOwner.StandIn : group.Id,
            lost);
    }

    private byte[]? ListOf(ReadOnlySpan<byte> xattrs, ReadOnlySpan<byte> name)
    {
        XattrReader reader = new(xattrs);
        while (reader.Next())
        {
            if (!reader.Name.SequenceEqual(name))
            {
                continue;
            }

            if (!reader.IsExternal)
            {
                return reader.Value.ToArray();
            }

            using ChunkLease value = _services.Frames.Acquire(ChunkKind.Data, reader.External.Id);
            return value.Span.ToArray();
        }

        return null;
    }

    /// <returns>Whether the owner is right now, and whether it was changed.</returns>
    private (bool IsOwned, bool IsMoved) ApplyOwner(
        int fd, in Access wanted, in FileStat current, RestorePath path)
    {
        if (current.UserId == wanted.User && current.GroupId == wanted.Group)
        {
            return (true, false);
        }

        byte empty = 0;
        if (Interop.Libc.fchownat(fd, in empty, wanted.User, wanted.Group, Interop.Libc.AT_EMPTY_PATH) == 0)
        {
            return (true, true);
        }

        // As with tar, an ordinary user gets the files as his own; without the owner, set-id bits are dropped.
        int error = Interop.Libc.Errno;
        if (_services.IsRoot || error != Interop.Libc.EPERM)
        {
            _services.AddError(path, "cannot set the owner", error);
        }
        else
        {
            _services.AddOwnerNotSet();
        }

        return (false, false);
    }

    private void ApplyTimes(int fd, in NodeView node, RestorePath path)
    {
        Span<Interop.Libc.Timespec> times =
        [
            new() { Nanoseconds = Interop.Libc.UTIME_OMIT },
            new() { Seconds = node.Modified.Seconds, Nanoseconds = node.Modified.Nanoseconds },
        ];
        unsafe
        {
            byte empty = 0;
            fixed (Interop.Libc.Timespec* pointer = times)
            {
                if (Interop.Libc.utimensat(fd, in empty, pointer, Interop.Libc.AT_EMPTY_PATH) != 0)
                {
                    _services.AddError(path, "cannot set the times", Interop.Libc.Errno);
                }
            }
        }
    }

    /// <returns>Whether anything was changed.</returns>
    private bool ApplyXattrs(
        int fd, byte[] proc, in NodeView node, in Access wanted, RestorePath path, bool isDry)
    {
        nint length = proc.Length > 0
            ? Interop.Libc.listxattr(in proc[0], ref _list[0], _list.Length)
            : Interop.Libc.flistxattr(fd, ref _list[0], _list.Length);
        ReadOnlySpan<byte> present = _list.AsSpan(0, (int)Math.Max(length, 0));
        bool isTouched = RemoveOthers(fd, proc, present, node.Xattrs, in wanted, path, isDry);
        if (wanted.List is not null)
        {
            isTouched |= SetXattr(fd, proc, PosixAcl.AccessName, wanted.List, path, isDry);
        }

        if (wanted.Inherited is not null)
        {
            isTouched |= SetXattr(fd, proc, PosixAcl.DefaultName, wanted.Inherited, path, isDry);
        }

        XattrReader xattrs = new(node.Xattrs);
        while (xattrs.Next())
        {
            if (PosixAcl.IsList(xattrs.Name))
            {
                continue;
            }

            if (xattrs.IsExternal)
            {
                using ChunkLease value = _services.Frames.Acquire(ChunkKind.Data, xattrs.External.Id);
                isTouched |= SetXattr(fd, proc, xattrs.Name, value.Span, path, isDry);
            }
            else
            {
                isTouched |= SetXattr(fd, proc, xattrs.Name, xattrs.Value, path, isDry);
            }
        }

        return isTouched;
    }

    private bool SetXattr(
        int fd, byte[] proc, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, RestorePath path, bool isDry)
    {
        name.CopyTo(_name);
        _name[name.Length] = 0;
        nint length = proc.Length > 0
            ? Interop.Libc.getxattr(in proc[0], in _name[0], ref _value[0], _value.Length)
            : Interop.Libc.fgetxattr(fd, in _name[0], ref _value[0], _value.Length);
        if (length == value.Length && value.SequenceEqual(_value.AsSpan(0, value.Length)))
        {
            return false;
        }

        if (isDry)
        {
            return _services.IsRoot || !IsOfSystem(name);
        }

        ReadOnlySpan<byte> bytes = value.IsEmpty ? "\0"u8 : value;
        int result = proc.Length > 0
            ? Interop.Libc.setxattr(in proc[0], in _name[0], in bytes[0], value.Length, 0)
            : Interop.Libc.fsetxattr(fd, in _name[0], in bytes[0], value.Length, 0);
        if (result != 0)
        {
            ReportXattr(path, name, "cannot set", Interop.Libc.Errno);
        }

        return result == 0;
    }

    /// <summary>Removes attributes the node does not have: those of the user and ACLs, which a new file may have
    /// inherited. Labels that the system gives every file stay.</summary>
    private bool RemoveOthers(
        int fd,
        byte[] proc,
        ReadOnlySpan<byte> present,
        ReadOnlySpan<byte> xattrs,
        in Access wanted,
        RestorePath path,
        bool isDry)
    {
        bool isTouched = false;
        while (!present.IsEmpty)
        {
            int end = present.IndexOf((byte)0);
            ReadOnlySpan<byte> name = present[..end];
            present = present[(end + 1)..];
            bool isOurs = name.StartsWith("user."u8) || PosixAcl.IsList(name)
                || (name.StartsWith("trusted."u8) && !name.StartsWith("trusted.overlay."u8));
            bool isWanted = name.SequenceEqual(PosixAcl.AccessName) ? wanted.List is not null
                : name.SequenceEqual(PosixAcl.DefaultName) ? wanted.Inherited is not null
                : Holds(xattrs, name);
            if (!isOurs || isWanted)
            {
                continue;
            }

            if (isDry)
            {
                isTouched |= _services.IsRoot || !IsOfSystem(name);
                continue;
            }

            name.CopyTo(_name);
            _name[name.Length] = 0;
            int result = proc.Length > 0
                ? Interop.Libc.removexattr(in proc[0], in _name[0])
                : Interop.Libc.fremovexattr(fd, in _name[0]);
            if (result != 0)
            {
                ReportXattr(path, name, "cannot remove", Interop.Libc.Errno);
            }

            isTouched = true;
        }

        return isTouched;
    }

    private static bool Holds(ReadOnlySpan<byte> xattrs, ReadOnlySpan<byte> name)
    {
        XattrReader reader = new(xattrs);
        while (reader.Next())
        {
            if (reader.Name.SequenceEqual(name))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsOfSystem(ReadOnlySpan<byte> name) =>
        name.StartsWith("security."u8) || name.StartsWith("trusted."u8);

    /// <summary>An ordinary user may not touch what belongs to the system; that is no error of the restore.</summary>
    private void ReportXattr(RestorePath path, ReadOnlySpan<byte> name, string action, int errno)
    {
        if (_services.IsRoot || !IsOfSystem(name) || errno != Interop.Libc.EPERM)
        {
            _services.AddError(path, $"{action} the attribute {RawPath.ToText(name)}", errno);
        }
    }

    /// <summary>Who may do what with a file, in numbers of this system.</summary>
    internal readonly record struct Access(uint User, uint Group, uint Mode, byte[]? List, byte[]? Inherited)
    {
        /// <summary>Whether the owner or the group is another than in the archive.</summary>
        public bool IsLost { get; init; }

        /// <summary>Whether an access list cannot be read.</summary>
        public bool IsUnreadable { get; init; }

        /// <summary>Entries left out of access lists.</summary>
        public int Dropped { get; init; }
    }
}
