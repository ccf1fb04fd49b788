using SnapFs.Mount.Fuse.Abi;
using SnapFs.Mount.Nodes;

namespace SnapFs.Mount.Fuse.Requests;

/// <content>The content of files and directories.</content>
internal sealed partial class FuseDispatcher
{
    private const uint SeekData = 3;
    private const uint SeekHole = 4;

    /// <summary>FUSE_READ: bytes that are not in the page cache.</summary>
    /// <remarks>The kernel takes a short reply for the end of the file, so a reply is short only there.</remarks>
    private Errno Read(in FuseRequest request, FuseReply reply)
    {
        if (!request.TryRead(out FuseReadIn input) || input.Offset > long.MaxValue || input.Size > FuseReply.MaxBody)
        {
            return Errno.EINVAL;
        }

        FuseReply sink = reply;
        MountStatus status = _files.Read(request.Header.NodeId, (long)input.Offset, (int)input.Size, ref sink);
        return FuseConversions.ToErrno(status);
    }

    /// <summary>FUSE_READDIR and FUSE_READDIRPLUS: entries, the latter with everything a look-up gives.</summary>
    private Errno ReadDir(in FuseRequest request, FuseReply reply, bool isPlus)
    {
        if (!request.TryRead(out FuseReadIn input))
        {
            return Errno.EINVAL;
        }

        DirectoryWriter writer = new(reply.Free[..(int)Math.Min(input.Size, FuseReply.MaxBody)], isPlus);
        MountStatus status = _files.List(
            request.Header.NodeId, input.Offset, isPlus, request.Header.UserId, ref writer);
        if (status == MountStatus.Done)
        {
            reply.Advance(writer.Length);
        }

        return FuseConversions.ToErrno(status);
    }

    /// <summary>FUSE_OPENDIR, answered only where users may see different lists: the kernel would otherwise keep one
    /// listing for all of them.</summary>
    private Errno OpenDir(in FuseRequest request, FuseReply reply)
    {
        uint flags = _files.LifetimeOf(request.Header.NodeId) == CacheLifetime.Forever
            ? FuseOpenOut.KeepCache | FuseOpenOut.CacheDir
            : 0;
        FuseOpenOut opened = new() { OpenFlags = flags };
        reply.Write(in opened);
        return Errno.None;
    }

    /// <summary>FUSE_LSEEK: only SEEK_DATA and SEEK_HOLE come here.</summary>
    private Errno LSeek(in FuseRequest request, FuseReply reply)
    {
        if (!request.TryRead(out FuseLSeekIn input) || input.Whence is not (SeekData or SeekHole)
            || input.Offset > long.MaxValue)
        {
            return Errno.EINVAL;
        }

        MountStatus status = _files.Seek(
            request.Header.NodeId, (long)input.Offset, input.Whence == SeekData, out long result);
        if (status == MountStatus.NotSupported)
        {
            return Errno.EINVAL; // ENOSYS would turn seeking off for the whole mount
        }

        if (status == MountStatus.Done)
        {
            FuseLSeekOut found = new() { Offset = (ulong)result };
            reply.Write(in found);
        }

        return FuseConversions.ToErrno(status);
    }
}
