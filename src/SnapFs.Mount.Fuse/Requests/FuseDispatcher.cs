using System.Diagnostics.CodeAnalysis;
using SnapFs.Mount.Events;
using SnapFs.Mount.Fuse.Abi;

namespace SnapFs.Mount.Fuse.Requests;

/// <summary>Turns requests into calls of a <see cref="SnapshotFileSystem"/>, and results into replies.</summary>
/// <remarks>One instance serves all threads; each brings its own <see cref="FuseReply"/>.</remarks>
internal sealed partial class FuseDispatcher
{
    private readonly SnapshotFileSystem _files;
    private readonly bool _allowOther;

    /// <param name="files">What is served.</param>
    /// <param name="allowOther">Whether who asks decides what is seen, so that listings may not be shared.</param>
    internal FuseDispatcher(SnapshotFileSystem files, bool allowOther)
    {
        _files = files;
        _allowOther = allowOther;
    }

    /// <summary>Handles a request other than INIT.</summary>
    /// <param name="request">The request.</param>
    /// <param name="reply">Empty; gets the body of the reply.</param>
    /// <param name="error">What to reply.</param>
    /// <returns>False if the kernel expects no reply.</returns>
    [SuppressMessage("Design", "CA1031", Justification = "The one place where an exception becomes an errno.")]
    internal bool Dispatch(in FuseRequest request, FuseReply reply, out Errno error)
    {
        error = Errno.None;
        if (request.Header.Opcode is FuseOpcode.Forget or FuseOpcode.BatchForget)
        {
            Forget(in request);
            return false;
        }

        try
        {
            error = Handle(in request, reply);
        }
        catch (MustWaitException)
        {
            throw; // whoever serves the device tries again
        }
        catch (OperationCanceledException)
        {
            error = Errno.EINTR; // whoever asked has got a signal, or is gone with the mount
        }
        catch (SnapFsException e)
        {
            MountEventKind kind = e.Kind is ErrorKind.Damaged or ErrorKind.NewerFormat
                ? MountEventKind.Damage
                : MountEventKind.StorageUnavailable;
            _files.Report(new MountEvent(kind, $"{_files.PathOf(request.Header.NodeId)}: {e.Message}", e));
            error = Errno.EIO;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            ReportBug(in request, e);
            error = Errno.EIO;
        }

        return true;
    }

    /// <summary>Says that a request failed by a fault of the program.</summary>
    internal void ReportBug(in FuseRequest request, Exception e) =>
        _files.Report(new MountEvent(MountEventKind.Bug, $"{request.Header.Opcode} failed: {e.Message}", e));

    private Errno Handle(in FuseRequest request, FuseReply reply)
    {
        switch (request.Header.Opcode)
        {
            case FuseOpcode.Lookup:
                return Lookup(in request, reply);
            case FuseOpcode.GetAttr:
                return GetAttr(in request, reply);
            case FuseOpcode.StatX:
                return StatX(in request, reply);
            case FuseOpcode.ReadLink:
                return ReadLink(in request, reply);
            case FuseOpcode.Read:
                return Read(in request, reply);
            case FuseOpcode.ReadDir:
                return ReadDir(in request, reply, isPlus: false);
            case FuseOpcode.ReadDirPlus:
                return ReadDir(in request, reply, isPlus: true);
            case FuseOpcode.OpenDir when _allowOther:
                return OpenDir(in request, reply);
            case FuseOpcode.GetXattr:
                return GetXattr(in request, reply);
            case FuseOpcode.ListXattr:
                return ListXattr(in request, reply);
            case FuseOpcode.LSeek:
                return LSeek(in request, reply);
            case FuseOpcode.StatFs:
                return StatFs(reply);
            case FuseOpcode.Release or FuseOpcode.ReleaseDir or FuseOpcode.Destroy:
                return Errno.None;
            case FuseOpcode.SetAttr or FuseOpcode.Symlink or FuseOpcode.MkNod or FuseOpcode.MkDir or FuseOpcode.Unlink
                or FuseOpcode.RmDir or FuseOpcode.Rename or FuseOpcode.Rename2 or FuseOpcode.Link or FuseOpcode.Write
                or FuseOpcode.SetXattr or FuseOpcode.RemoveXattr or FuseOpcode.Create or FuseOpcode.TmpFile
                or FuseOpcode.FAllocate or FuseOpcode.CopyFileRange:
                return Errno.EROFS;
            default:
                // OPEN, OPENDIR, FLUSH, ACCESS and what is unknown: the kernel stops asking.
                return Errno.ENOSYS;
        }
    }
}
