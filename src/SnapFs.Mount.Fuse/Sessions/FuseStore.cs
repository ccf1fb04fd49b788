using SnapFs.Caches;
using SnapFs.Mount.Fuse.Abi;
using SnapFs.Mount.Fuse.Requests;
using SnapFs.Mount.Reads;

namespace SnapFs.Mount.Fuse.Sessions;

/// <summary>Puts files into the kernel's page cache by <c>FUSE_NOTIFY_STORE</c>. For one thread.</summary>
/// <param name="device">The descriptor to write to; not closed here.</param>
internal sealed class FuseStore(int device) : IPreloadTarget, IDisposable
{
    private readonly FuseReply _message = new();

    /// <inheritdoc/>
    public bool Preload(ulong nodeId, ContentReader content)
    {
        try
        {
            FuseNotifyStoreOut store = new() { NodeId = nodeId, Size = (uint)content.Size };
            _message.Write(in store);
            FuseReply sink = _message;
            content.Read(0, (int)content.Size, ref sink);

            // What the kernel does not take, it asks for: ENOENT says that it has no such node, ENOMEM and others that
            // it cannot take more now.
            return _message.Notify(device, FuseNotifyCode.Store) == Errno.None;
        }
        finally
        {
            _message.Clear();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _message.Dispose();
}
