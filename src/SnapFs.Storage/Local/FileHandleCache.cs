using Microsoft.Win32.SafeHandles;

namespace SnapFs.Storage;

/// <summary>Keeps the files that were read last open, up to a bound. Safe for concurrent use: a file that is closed to make
/// room while another thread reads it stays open until that read ends.</summary>
internal sealed class FileHandleCache(int capacity) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ObjectName, LinkedListNode<Entry>> _entries = new(capacity);
    private readonly LinkedList<Entry> _byUse = new(); // the first was used last
    private bool _disposed;

    private readonly record struct Entry(ObjectName Name, SafeFileHandle File);

    /// <summary>Borrows the open file of an object; the caller gives it back with <see cref="Return"/>.</summary>
    /// <param name="name">The object.</param>
    /// <param name="state">Handed to <paramref name="open"/>.</param>
    /// <param name="open">Opens the file; called outside of the lock, perhaps by two threads at once.</param>
    internal SafeFileHandle Borrow<TState>(ObjectName name, TState state, Func<TState, ObjectName, SafeFileHandle> open)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_entries.TryGetValue(name, out LinkedListNode<Entry>? node))
            {
                _byUse.Remove(node);
                _byUse.AddFirst(node);
                return AddReference(node.Value.File);
            }
        }

        SafeFileHandle file = open(state, name);
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
            return AddReference(file);
        }
    }

    /// <summary>Gives back what <see cref="Borrow"/> returned.</summary>
    internal static void Return(SafeFileHandle file) => file.DangerousRelease();

    /// <summary>Closes the file of an object that is about to be deleted.</summary>
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
        }
    }

    private static SafeFileHandle AddReference(SafeFileHandle file)
    {
        bool added = false;
        file.DangerousAddRef(ref added);
        return file;
    }

    private void Remove(LinkedListNode<Entry> node)
    {
        _byUse.Remove(node);
        _entries.Remove(node.Value.Name);
        node.Value.File.Dispose();
    }
}
