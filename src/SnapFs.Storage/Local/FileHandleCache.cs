using Microsoft.Win32.SafeHandles;

namespace SnapFs.Storage;

/// <summary>Keeps the files that were read last open, up to a bound and for a while. Safe for concurrent use: a file that is
/// closed while another thread reads it stays open until that read ends.</summary>
/// <param name="capacity">The most files.</param>
/// <param name="idleAfter">A file that nobody read for this long is closed, so that its drive can be unmounted.</param>
/// <param name="clock">Tells when that is.</param>
internal sealed class FileHandleCache(int capacity, TimeSpan idleAfter, TimeProvider clock) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ObjectName, LinkedListNode<Entry>> _entries = new(capacity);
    private readonly LinkedList<Entry> _byUse = new(); // the first was used last
    private ITimer? _timer;
    private bool _disposed;

    private sealed class Entry(ObjectName name, SafeFileHandle file)
    {
        internal ObjectName Name { get; } = name;

        internal SafeFileHandle File { get; } = file;

        internal bool WasUsed { get; set; } = true;
    }

    /// <summary>Borrows the open file of an object, if there is one; the caller gives it back with <see cref="Return"/>.
    /// </summary>
    internal SafeFileHandle? TryBorrow(ObjectName name)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_entries.TryGetValue(name, out LinkedListNode<Entry>? node))
            {
                return null;
            }

            _byUse.Remove(node);
            _byUse.AddFirst(node);
            node.Value.WasUsed = true;
            return AddReference(node.Value.File);
        }
    }

    /// <summary>Borrows the open file of an object; the caller gives it back with <see cref="Return"/>.</summary>
    /// <param name="name">The object.</param>
    /// <param name="open">Opens the file; called outside of the lock, perhaps by two threads at once.</param>
    internal SafeFileHandle Borrow(ObjectName name, Func<ObjectName, SafeFileHandle> open)
    {
        if (TryBorrow(name) is SafeFileHandle known)
        {
            return known;
        }

        SafeFileHandle file = open(name);
        lock (_lock)
        {
            if (_disposed || _entries.ContainsKey(name))
            {
                // Another thread was faster: this one is closed when the caller gives it back.
                AddReference(file);
                file.Dispose();
                return file;
            }

            while (_entries.Count >= capacity && _byUse.Last is LinkedListNode<Entry> oldest)
            {
                Remove(oldest);
            }

            _entries.Add(name, _byUse.AddFirst(new Entry(name, file)));
            _timer ??= clock.CreateTimer(_ => CloseIdle(), null, idleAfter, idleAfter);
            return AddReference(file);
        }
    }

    /// <summary>Gives back what <see cref="Borrow"/> returned.</summary>
    internal static void Return(SafeFileHandle file) => file.DangerousRelease();

    /// <summary>Closes the file of an object that is about to be deleted, or whose file gave an error: the next read opens it
    /// anew.</summary>
    internal void Forget(ObjectName name)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(name, out LinkedListNode<Entry>? node))
            {
                Remove(node);
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            while (_byUse.Last is LinkedListNode<Entry> oldest)
            {
                Remove(oldest);
            }

            _timer?.Dispose();
            _timer = null;
        }
    }

    private static SafeFileHandle AddReference(SafeFileHandle file)
    {
        bool added = false;
        file.DangerousAddRef(ref added);
        return file;
    }

    private void CloseIdle()
    {
        lock (_lock)
        {
            LinkedListNode<Entry>? node = _byUse.First;
            while (node is not null)
            {
                LinkedListNode<Entry>? next = node.Next;
                if (!node.Value.WasUsed)
                {
                    Remove(node);
                }
                else
                {
                    node.Value.WasUsed = false;
                }

                node = next;
            }

            if (_entries.Count == 0)
            {
                _timer?.Dispose();
                _timer = null;
            }
        }
    }

    private void Remove(LinkedListNode<Entry> node)
    {
        _byUse.Remove(node);
        _entries.Remove(node.Value.Name);
        node.Value.File.Dispose();
    }
}
