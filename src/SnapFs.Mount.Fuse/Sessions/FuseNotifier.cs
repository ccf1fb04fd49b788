using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SnapFs.Mount.Events;
using SnapFs.Mount.Fuse.Abi;
using SnapFs.Mount.Layouts;

namespace SnapFs.Mount.Fuse.Sessions;

/// <summary>
/// Tells the kernel what to forget, on a thread of its own: the kernel takes the lock of the directory while it does,
/// and a request that waits for the new list may hold it.
/// </summary>
internal sealed unsafe class FuseNotifier : IDisposable
{
    private readonly int _device;
    private readonly Queue<Invalidation> _queue = new();
    private readonly object _lock = new();
    private readonly Thread _thread;
    private bool _stopped;

    /// <param name="device">The descriptor to write to; not closed here.</param>
    /// <param name="report">Gets what belongs in a log.</param>
    internal FuseNotifier(int device, Action<MountEvent> report)
    {
        _device = device;
        _thread = MountThread.Start("fuse notify", Run, report);
    }

    internal void Add(IReadOnlyList<Invalidation> changes)
    {
        lock (_lock)
        {
            foreach (Invalidation change in changes)
            {
                _queue.Enqueue(change);
            }

            Monitor.Pulse(_lock);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _stopped = true;
            Monitor.Pulse(_lock);
        }

        _thread.Join();
    }

    /// <summary>The bytes of one notification.</summary>
    internal static byte[] Encode(in Invalidation change)
    {
        FuseOutHeader header = default;
        if (change.Name.IsEmpty)
        {
            FuseNotifyInvalInodeOut inode = new() { NodeId = change.NodeId };
            header.Error = (int)FuseNotifyCode.InvalidateInode;
            return Join(header, MemoryMarshal.AsBytes(new ReadOnlySpan<FuseNotifyInvalInodeOut>(in inode)), [], false);
        }

        FuseNotifyInvalEntryOut entry = new() { Parent = change.NodeId, NameLength = (uint)change.Name.Length };
        header.Error = (int)FuseNotifyCode.InvalidateEntry;
        return Join(
            header, MemoryMarshal.AsBytes(new ReadOnlySpan<FuseNotifyInvalEntryOut>(in entry)), change.Name.Span, true);
    }

    private static byte[] Join(FuseOutHeader header, ReadOnlySpan<byte> body, ReadOnlySpan<byte> name, bool withNul)
    {
        int size = Unsafe.SizeOf<FuseOutHeader>();
        byte[] message = new byte[size + body.Length + name.Length + (withNul ? 1 : 0)];
        header.Length = (uint)message.Length;
        MemoryMarshal.Write(message, in header);
        body.CopyTo(message.AsSpan(size));
        name.CopyTo(message.AsSpan(size + body.Length));
        return message;
    }

    private void Run()
    {
        while (true)
        {
            Invalidation change;
            lock (_lock)
            {
                while (!_stopped && _queue.Count == 0)
                {
                    Monitor.Wait(_lock);
                }

                if (_stopped)
                {
                    return;
                }

                change = _queue.Dequeue();
            }

            byte[] message = Encode(in change);

            // ENOENT says that the kernel had not cached it; at unmounting nothing needs to be forgotten. Entries
            // live for a second at most, so a lost notification costs that second.
            _ = Interop.Libc.write(_device, in message[0], (nuint)message.Length);
        }
    }
}
