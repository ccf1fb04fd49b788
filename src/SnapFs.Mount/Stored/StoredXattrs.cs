using SnapFs.Owners;
using SnapFs.Trees;

namespace SnapFs.Mount.Stored;

/// <summary>What <c>getxattr</c> and <c>listxattr</c> show of archived nodes. Access lists are narrowed to what is certain here: where
/// other users may enter the kernel enforces them, and elsewhere they go along with copies.</summary>
internal sealed class StoredXattrs(MountOptions options, AccessControl access)
{
    /// <summary>The answer where nothing has attributes. "Not supported" keeps <c>ls</c> from asking for each file; where the
    /// kernel enforces access lists, it would take that for a refusal.</summary>
    internal MountStatus None => options.AllowOther ? MountStatus.NoAttribute : MountStatus.NotSupported;

    /// <summary>The value of an attribute.</summary>
    internal MountStatus Get(scoped in ResolvedNode resolved, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        value = default;
        SnapshotView snapshot = resolved.Snapshot;
        if (snapshot.Kind is { } kind && kind.CoversXattr(name))
        {
            byte[]? found = kind.XattrOf(name, snapshot.Head, in resolved.Node);
            value = found;
            return found is null ? MountStatus.NoAttribute : MountStatus.Done;
        }

        bool isList = PosixAcl.IsList(name);
        if (isList && access.TryEnforce(in resolved, out byte[]? enforced))
        {
            value = name.SequenceEqual(PosixAcl.AccessName) ? enforced : null;
            return value.IsEmpty ? MountStatus.NoAttribute : MountStatus.Done;
        }

        if (!snapshot.Head.HasXattrs)
        {
            return None;
        }

        if (!options.AllowOther && IsKnownToBeNowhere(snapshot, name))
        {
            return MountStatus.NotSupported;
        }

        if (isList)
        {
            byte[]? narrowed = ListOf(in resolved, name);
            value = narrowed;
            return narrowed is null ? MountStatus.NoAttribute : MountStatus.Done;
        }

        return Find(in resolved, name, out value);
    }

    /// <summary>The names of all attributes, each followed by NUL.</summary>
    internal MountStatus List(scoped in ResolvedNode resolved, out ReadOnlySpan<byte> names)
    {
        names = default;
        if (!resolved.Snapshot.Head.HasXattrs)
        {
            return None;
        }

        if (resolved.Node.Xattrs.IsEmpty)
        {
            return MountStatus.Done;
        }

        using MemoryStream list = new();
        XattrReader xattrs = new(resolved.Node.Xattrs);
        while (xattrs.Next())
        {
            if (!PosixAcl.IsList(xattrs.Name) || ListOf(in resolved, xattrs.Name) is not null)
            {
                list.Write(xattrs.Name);
                list.WriteByte(0);
            }
        }

        names = list.ToArray();
        return MountStatus.Done;
    }

    /// <summary>Whether no node of a snapshot has an attribute: <c>ls -l</c> asks for access lists and labels of every file
    /// until it hears that there are none.</summary>
    private static bool IsKnownToBeNowhere(SnapshotView snapshot, ReadOnlySpan<byte> name)
    {
        if (PosixAcl.IsList(name))
        {
            return !snapshot.Head.HasAcls;
        }

        if (!XattrCensus.IsCounted(name))
        {
            return false;
        }

        if (!snapshot.Census.HasNone)
        {
            snapshot.Census.Start(snapshot);
            return false;
        }

        return true;
    }

    private byte[]? ListOf(in ResolvedNode resolved, ReadOnlySpan<byte> name)
    {
        if (!name.SequenceEqual(PosixAcl.AccessName))
        {
            return access.NarrowDefault(in resolved);
        }

        access.Narrow(in resolved, out byte[]? narrowed);
        return narrowed;
    }

    private MountStatus Find(scoped in ResolvedNode resolved, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        XattrReader xattrs = new(resolved.Node.Xattrs);
        while (xattrs.Next())
        {
            if (xattrs.Name.SequenceEqual(name))
            {
                value = access.ValueOf(xattrs);
                return MountStatus.Done;
            }
        }

        value = default;
        return MountStatus.NoAttribute;
    }
}
