using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SnapFs.Mount.Fuse.Abi;
using SnapFs.Mount.Nodes;
using SnapFs.Trees;

namespace SnapFs.Mount.Fuse.Requests;

/// <content>Names and attributes.</content>
internal sealed partial class FuseDispatcher
{
    /// <summary>FUSE_LOOKUP: a name that the kernel has not cached.</summary>
    private Errno Lookup(in FuseRequest request, FuseReply reply)
    {
        if (!request.TryReadName(0, out ReadOnlySpan<byte> name))
        {
            return Errno.EINVAL;
        }

        if (name.Length > TreeLimits.MaxName)
        {
            return Errno.ENAMETOOLONG;
        }

        MountStatus status = _files.Lookup(
            request.Header.NodeId, name, request.Header.UserId, out NodeEntry entry);
        if (status == MountStatus.NotFound && _files.LifetimeOf(request.Header.NodeId) == CacheLifetime.Forever)
        {
            // What an archived directory does not have it will never have, so the kernel may remember that.
            FuseEntryOut never = FuseConversions.NeverExists();
            reply.Write(in never);
            return Errno.None;
        }

        if (status == MountStatus.Done)
        {
            FuseEntryOut found = FuseConversions.ToEntry(in entry);
            reply.Write(in found);
        }

        return FuseConversions.ToErrno(status);
    }

    /// <summary>FUSE_FORGET and FUSE_BATCH_FORGET: nodes that left the kernel's cache. Never answered.</summary>
    private void Forget(in FuseRequest request)
    {
        if (request.Header.Opcode == FuseOpcode.Forget)
        {
            if (request.TryRead(out FuseForgetIn one))
            {
                _files.Forget(request.Header.NodeId, one.Lookups);
            }

            return;
        }

        if (!request.TryRead(out FuseBatchForgetIn batch))
        {
            return;
        }

        ReadOnlySpan<byte> rest = request.Body[Unsafe.SizeOf<FuseBatchForgetIn>()..];
        for (uint i = 0; i < batch.Count && MemoryMarshal.TryRead(rest, out FuseForgetOne item); i++)
        {
            _files.Forget(item.NodeId, item.Lookups);
            rest = rest[Unsafe.SizeOf<FuseForgetOne>()..];
        }
    }

    /// <summary>Takes back the look-ups of a reply that nobody gets.</summary>
    internal void TakeBack(in FuseRequest request, FuseReply reply, Errno error)
    {
        if (error != Errno.None || request.Header.Opcode is not (FuseOpcode.Lookup or FuseOpcode.ReadDirPlus))
        {
            return;
        }

        DirectoryReader entries = new(reply.Buffered, isLookup: request.Header.Opcode == FuseOpcode.Lookup);
        while (entries.Next(out ulong nodeId))
        {
            if (nodeId != 0)
            {
                _files.Forget(nodeId, 1);
            }
        }
    }

    /// <summary>FUSE_GETATTR: attributes whose lifetime ran out.</summary>
    private Errno GetAttr(in FuseRequest request, FuseReply reply)
    {
        MountStatus status = _files.GetAttributes(request.Header.NodeId, out NodeEntry entry);
        if (status == MountStatus.Done)
        {
            FuseAttrOut attributes = FuseConversions.ToAttributesReply(in entry);
            reply.Write(in attributes);
        }

        return FuseConversions.ToErrno(status);
    }

    /// <summary>FUSE_STATX: somebody wants the time of birth.</summary>
    private Errno StatX(in FuseRequest request, FuseReply reply)
    {
        if (!request.TryRead(out FuseStatXIn _))
        {
            return Errno.EINVAL;
        }

        MountStatus status = _files.GetAttributes(request.Header.NodeId, out NodeEntry entry);
        if (status == MountStatus.Done)
        {
            FuseStatXOut attributes = FuseConversions.ToStatX(in entry);
            reply.Write(in attributes);
        }

        return FuseConversions.ToErrno(status);
    }

    /// <summary>FUSE_READLINK.</summary>
    private Errno ReadLink(in FuseRequest request, FuseReply reply)
    {
        MountStatus status = _files.ReadLink(request.Header.NodeId, out ReadOnlySpan<byte> target);
        if (status == MountStatus.Done)
        {
            reply.Bytes(target);
        }

        return FuseConversions.ToErrno(status);
    }

    /// <summary>FUSE_GETXATTR: the value, or its length if the caller's buffer has none.</summary>
    private Errno GetXattr(in FuseRequest request, FuseReply reply)
    {
        if (!request.TryRead(out FuseGetXattrIn input)
            || !request.TryReadName(Unsafe.SizeOf<FuseGetXattrIn>(), out ReadOnlySpan<byte> name))
        {
            return Errno.EINVAL;
        }

        MountStatus status = _files.GetXattr(request.Header.NodeId, name, out ReadOnlySpan<byte> value);
        return status == MountStatus.Done ? ReplySized(input.Size, value, reply) : FuseConversions.ToErrno(status);
    }

    /// <summary>FUSE_LISTXATTR: the names, or their length if the caller's buffer has none.</summary>
    private Errno ListXattr(in FuseRequest request, FuseReply reply)
    {
        if (!request.TryRead(out FuseGetXattrIn input))
        {
            return Errno.EINVAL;
        }

        MountStatus status = _files.ListXattrs(request.Header.NodeId, out ReadOnlySpan<byte> names);
        return status switch
        {
            MountStatus.Done => ReplySized(input.Size, names, reply),
            MountStatus.NotSupported or MountStatus.NoAttribute => ReplySized(input.Size, [], reply),
            _ => FuseConversions.ToErrno(status),
        };
    }

    /// <summary>FUSE_STATFS. A file system that nobody can write to is always full: with any number of blocks or files that is
    /// what <c>df</c> and those who watch disks would say. None at all means that there is nothing to watch.</summary>
    private static Errno StatFs(FuseReply reply)
    {
        const uint block = 4096;
        FuseStatFsOut result = new()
        {
            BlockSize = block,
            FragmentSize = block,
            NameLength = TreeLimits.MaxName,
        };
        reply.Write(in result);
        return Errno.None;
    }

    private static Errno ReplySized(uint size, ReadOnlySpan<byte> value, FuseReply reply)
    {
        if (size == 0)
        {
            FuseGetXattrOut length = new() { Size = (uint)value.Length };
            reply.Write(in length);
            return Errno.None;
        }

        if (value.Length > size)
        {
            return Errno.ERANGE;
        }

        reply.Bytes(value);
        return Errno.None;
    }
}
