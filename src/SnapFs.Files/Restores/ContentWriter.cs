using System.Runtime.InteropServices;
using SnapFs.Caches;
using SnapFs.Chunks;
using SnapFs.Posix.Files;
using SnapFs.Trees;

namespace SnapFs.Files.Restores;

/// <summary>Writes the content of files and compares it. One for each worker.</summary>
internal sealed class ContentWriter
{
    /// <summary>Chunks of a large file that are written at a time by all workers.</summary>
    private const int Window = 64;

    private readonly RestoreServices _services;
    private readonly RestoreContext _context;
    private readonly List<(ChunkRef Chunk, long Position)> _window = [];
    private readonly List<(long Position, Extent Extent)> _extents = [];
    private bool _hasHoles;
    private long _position;
    private int _error;
    private bool _isEqual;

    public ContentWriter(RestoreServices services, RestoreContext context)
    {
        _services = services;
        _context = context;
    }

    /// <summary>Fills an empty file.</summary>
    /// <returns>0 or an errno.</returns>
    /// <exception cref="DamagedException">A chunk is missing or damaged, or the node contradicts itself.</exception>
    public int Write(int fd, in NodeView node)
    {
        Begin(in node);
        if (node.ContentForm == ContentForm.Inline)
        {
            _error = WriteAt(fd, node.Inline, 0);
            _position = node.Inline.Length;
            _context.BytesWritten += node.Inline.Length;
        }
        else if (node.ContentForm == ContentForm.Chunks)
        {
            ForEachChunk(node.ChunkList, () => WriteWindow(fd));
        }

        CheckLength(in node);
        bool endsInHole = _hasHoles || _position < node.Size;
        if (_error == 0 && endsInHole && Interop.Libc.ftruncate(fd, node.Size) != 0)
        {
            _error = Interop.Libc.Errno;
        }

        return _error;
    }

    /// <summary>Whether a file has the content of its node, by the ids of its chunks.</summary>
    /// <returns>0 or an errno.</returns>
    public int Compare(int fd, in NodeView node, out bool isEqual)
    {
        Begin(in node);
        _isEqual = FileStat.Of(fd, out FileStat stat) == 0 && stat.Size == node.Size;
        if (_isEqual && node.ContentForm == ContentForm.Inline)
        {
            Span<byte> data = _context.Buffer(node.Inline.Length).AsSpan(0, node.Inline.Length);
            _isEqual = IsReadAt(fd, data, 0) && data.SequenceEqual(node.Inline);
            _position = node.Inline.Length;
        }
        else if (_isEqual && node.ContentForm == ContentForm.Chunks)
        {
            ForEachChunk(node.ChunkList, () => CompareWindow(fd));
        }

        isEqual = _isEqual;
        if (isEqual)
        {
            CheckLength(in node);
        }

        return _error;
    }

    /// <summary>Bytes of a file that are written: its length without its holes.</summary>
    public static long DataBytes(in NodeView node)
    {
        if (node.Extents.IsEmpty)
        {
            return node.ContentForm == ContentForm.Empty ? 0 : node.Size;
        }

        long bytes = 0;
        ExtentReader extents = new(node.Extents, node.Size);
        while (extents.Next())
        {
            bytes += extents.Current.Length;
        }

        return bytes;
    }

    /// <summary>Asks the kernel to drop what it keeps of a file in memory, so that the disk is read.</summary>
    public static void Forget(int fd) => _ = Interop.Libc.posix_fadvise(fd, 0, 0, Interop.Libc.POSIX_FADV_DONTNEED);

    private void Begin(in NodeView node)
    {
        _position = 0;
        _error = 0;
        _extents.Clear();
        _window.Clear();
        _hasHoles = !node.Extents.IsEmpty;
        long position = 0;
        ExtentReader extents = new(node.Extents, node.Size);
        while (extents.Next())
        {
            _extents.Add((position, extents.Current));
            position += extents.Current.Length;
        }
    }

    private void CheckLength(in NodeView node)
    {
        long expected = !_hasHoles ? node.Size
            : _extents.Count == 0 ? 0
            : _extents[^1].Position + _extents[^1].Extent.Length;
        if (_error == 0 && _position != expected)
        {
            throw new DamagedException(
                RawPath.ToText(node.Name), $"its chunks hold {_position} bytes instead of {expected}");
        }
    }

    private void ForEachChunk(ReadOnlySpan<byte> list, Action flush)
    {
        Collect(list, flush);
        flush();
        _window.Clear();
    }

    private void Collect(ReadOnlySpan<byte> list, Action flush)
    {
        ChunkListReader chunks = new(list);
        while (_error == 0 && chunks.Next())
        {
            ChunkRef chunk = chunks.Current;
            if (chunks.Level > 0)
            {
                using ChunkLease below = _services.Frames.Acquire(ChunkKind.Tree, chunk.Id);
                Collect(below.Span, flush);
                continue;
            }

            _window.Add((chunk, _position));
            _services.Frames.Prefetch(ChunkKind.Data, chunk.Id);
            _position += chunk.Length;
            if (_window.Count == Window)
            {
                flush();
                _window.Clear();
            }
        }
    }

    private void WriteWindow(int fd) => ForEachInWindow((helper, chunk, position) =>
    {
        using ChunkLease lease = _services.Frames.Acquire(ChunkKind.Data, chunk.Id);
        if (lease.Length != chunk.Length)
        {
            throw _services.Frames.Damaged(
                ChunkKind.Data, chunk.Id, $"a chunk has {lease.Length} bytes where a file has {chunk.Length}");
        }

        int error = WriteAt(fd, lease.Span, position);
        if (error != 0)
        {
            Interlocked.CompareExchange(ref _error, error, 0);
        }

        helper.BytesWritten += lease.Length;
    });

    private void CompareWindow(int fd)
    {
        if (_isEqual)
        {
            ForEachInWindow((helper, chunk, position) =>
            {
                Span<byte> data = helper.Buffer((int)chunk.Length).AsSpan(0, (int)chunk.Length);
                if (!IsReadAt(fd, data, position) || !_services.Chunks.Verify(ChunkKind.Data, chunk.Id, data))
                {
                    Volatile.Write(ref _isEqual, false);
                }
            });
        }
    }

    /// <summary>Handles the chunks of the window on all idle workers. A damaged one is this file's trouble, so it is
    /// thrown here and not in the worker that met it.</summary>
    private void ForEachInWindow(Action<RestoreContext, ChunkRef, long> body)
    {
        SnapFsException? failure = null;
        _services.Pool.ForEach(_context, _window.Count, (helper, index) =>
        {
            try
            {
                (ChunkRef chunk, long position) = _window[index];
                body(helper, chunk, position);
            }
            catch (SnapFsException e)
            {
                Interlocked.CompareExchange(ref failure, e, null);
            }
        });
        if (failure is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }
    }

    private int WriteAt(int fd, ReadOnlySpan<byte> data, long position)
    {
        foreach ((int start, int length, long offset) in Pieces(position, data.Length))
        {
            int error = Descriptors.WriteFully(fd, data.Slice(start, length), offset);
            if (error != 0)
            {
                return -error;
            }
        }

        return 0;
    }

    /// <summary>Reads the whole span; a failed call is an error of the file, a file that is too short is not.</summary>
    private bool IsReadAt(int fd, Span<byte> data, long position)
    {
        foreach ((int start, int length, long offset) in Pieces(position, data.Length))
        {
            int count = Descriptors.ReadFully(fd, data.Slice(start, length), offset);
            if (count != length)
            {
                Interlocked.CompareExchange(ref _error, count < 0 ? -count : 0, 0);
                return false;
            }
        }

        return true;
    }

    /// <summary>Where bytes of the data without its holes lie in the file.</summary>
    private IEnumerable<(int Start, int Length, long Offset)> Pieces(long position, int length)
    {
        if (!_hasHoles)
        {
            yield return (0, length, position);
            yield break;
        }

        int done = 0;
        for (int i = FindExtent(position); done < length && i < _extents.Count; i++)
        {
            (long start, Extent extent) = _extents[i];
            long skip = position + done - start;
            int count = (int)Math.Min(length - done, extent.Length - skip);
            yield return (done, count, extent.Offset + skip);
            done += count;
        }

        if (done < length)
        {
            throw new DamagedException("a tree", "a file has more data than its extents");
        }
    }

    private int FindExtent(long position)
    {
        int low = 0;
        int high = _extents.Count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (CollectionsMarshal.AsSpan(_extents)[middle].Position <= position)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return low;
    }
}
