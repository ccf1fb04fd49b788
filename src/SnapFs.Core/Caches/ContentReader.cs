using System.Runtime.CompilerServices;
using SnapFs.Chunks;
using SnapFs.Trees;

namespace SnapFs.Caches;

/// <summary>
/// Random access to the bytes of one archived file. Keeps a decoded copy of what its node says, so it outlives the
/// page it came from. Safe for concurrent use.
/// </summary>
public sealed class ContentReader
{
    private readonly FrameCache _frames;
    private readonly ExtentTable? _extents;
    private readonly byte[]? _inline;
    private readonly ChunkTable? _chunks;
    private ListAtHand? _lastList;

    private ContentReader(
        FrameCache frames, long size, ExtentTable? extents, byte[]? inline, ChunkTable? chunks)
    {
        _frames = frames;
        Size = size;
        _extents = extents;
        _inline = inline;
        _chunks = chunks;
    }

    /// <summary>Apparent size, bytes.</summary>
    public long Size { get; }

    /// <summary>Bytes of data, holes left out.</summary>
    public long DataLength => _extents?.DataLength ?? Size;

    /// <summary>Bytes of memory this reader keeps, about.</summary>
    public int Footprint =>
        128 + (_extents?.Footprint ?? 0) + (_inline?.Length ?? 0) + (_chunks?.Footprint ?? 0);

    /// <summary>Prepares to read a file. Touches no chunk.</summary>
    /// <param name="frames">Where chunks come from.</param>
    /// <param name="node">A node of type <see cref="NodeType.File"/>; not kept.</param>
    /// <exception cref="InvalidEncodingException">Size, extents and content of the node contradict each other.
    /// </exception>
    public static ContentReader Open(FrameCache frames, in NodeView node)
    {
        if (node.Type != NodeType.File)
        {
            throw new ArgumentException("only files have content", nameof(node));
        }

        ExtentTable? extents = node.Extents.IsEmpty ? null : ExtentTable.Parse(node.Extents, node.Size);
        long length = extents?.DataLength ?? node.Size;
        NodeReferences.CheckForm(in node, length);
        byte[]? inline = node.ContentForm == ContentForm.Inline ? node.Inline.ToArray() : null;
        ChunkTable? chunks = node.ContentForm == ContentForm.Chunks ? ChunkTable.Parse(node.ChunkList, length) : null;
        return new ContentReader(frames, node.Size, extents, inline, chunks);
    }

    /// <summary>Copies bytes out.</summary>
    /// <param name="offset">First byte within the file; at or past the end nothing is read.</param>
    /// <param name="destination">Filled completely unless the file ends before.</param>
    /// <returns>Bytes read.</returns>
    /// <exception cref="DamagedException">A chunk is missing or damaged; names the pack.</exception>
    public int Read(long offset, Span<byte> destination)
    {
        SpanSink sink = new(destination);
        return Read(offset, destination.Length, ref sink);
    }

    /// <summary>Hands out bytes without copying them.</summary>
    /// <param name="offset">First byte within the file.</param>
    /// <param name="length">Bytes wanted.</param>
    /// <param name="sink">Gets the pieces; on an exception it holds those before the failure.</param>
    /// <returns>Bytes handed out: fewer than <paramref name="length"/> only at the end of the file.</returns>
    /// <exception cref="DamagedException">A chunk is missing or damaged; names the pack.</exception>
    public int Read<TSink>(long offset, int length, ref TSink sink)
        where TSink : IContentSink, allows ref struct
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        int total = (int)Math.Clamp(Size - offset, 0, length);
        for (int done = 0; done < total;)
        {
            done += ReadRun(offset + done, total - done, ref sink);
        }

        return total;
    }

    /// <summary>Asks for a range to be decoded in the background.</summary>
    /// <param name="offset">First byte within the file.</param>
    /// <param name="length">Bytes of data, not counting holes.</param>
    public void Prefetch(long offset, long length)
    {
        if (_chunks is null || !TryFindData(offset, out long position))
        {
            return;
        }

        for (long end = position + Math.Min(length, DataLength - position); position < end;)
        {
            ref readonly ChunkId id = ref FindChunk(position, out long start, out long chunkLength);
            _frames.Prefetch(ChunkKind.Data, in id);
            position = start + chunkLength;
        }
    }

    /// <summary>The first byte of data at or after <paramref name="offset"/>; -1 if there is none.</summary>
    public long NextData(long offset)
    {
        if (offset >= Size)
        {
            return -1;
        }

        if (_extents is null)
        {
            return offset;
        }

        return _extents.TryFind(offset, out Extent extent, out _) ? Math.Max(offset, extent.Offset) : -1;
    }

    /// <summary>The first byte of a hole at or after <paramref name="offset"/>, where the end of the file counts as
    /// one; -1 past the end.</summary>
    public long NextHole(long offset)
    {
        if (offset >= Size)
        {
            return -1;
        }

        if (_extents is null)
        {
            return Size;
        }

        while (_extents.TryFind(offset, out Extent extent, out _) && extent.Offset <= offset)
        {
            offset = extent.End; // the next extent may follow without a gap
        }

        return offset;
    }

    private int ReadRun<TSink>(long offset, int wanted, ref TSink sink)
        where TSink : IContentSink, allows ref struct
    {
        long position = offset;
        if (_extents is not null)
        {
            if (!_extents.TryFind(offset, out Extent extent, out long dataOffset))
            {
                sink.Zeros(wanted);
                return wanted;
            }

            if (extent.Offset > offset)
            {
                int hole = (int)Math.Min(wanted, extent.Offset - offset);
                sink.Zeros(hole);
                return hole;
            }

            position = dataOffset + (offset - extent.Offset);
            wanted = (int)Math.Min(wanted, extent.End - offset);
        }

        return ReadData(position, wanted, ref sink);
    }

    private int ReadData<TSink>(long position, int wanted, ref TSink sink)
        where TSink : IContentSink, allows ref struct
    {
        if (_inline is not null)
        {
            sink.Bytes(_inline.AsSpan((int)position, wanted));
            return wanted;
        }

        ref readonly ChunkId id = ref FindChunk(position, out long start, out long length);
        ChunkLease lease = _frames.Acquire(ChunkKind.Data, in id);
        if (lease.Length != length)
        {
            int found = lease.Length;
            lease.Dispose();
            throw _frames.Damaged(ChunkKind.Data, in id, $"chunk {id} has {found} bytes, not {length}");
        }

        int offset = (int)(position - start);
        int count = Math.Min(wanted, lease.Length - offset);
        sink.Chunk(lease, offset, count);
        return count;
    }

    private bool TryFindData(long offset, out long position)
    {
        position = offset;
        if (offset >= Size)
        {
            return false;
        }

        if (_extents is null)
        {
            return true;
        }

        bool found = _extents.TryFind(offset, out Extent extent, out long dataOffset);
        position = dataOffset + Math.Max(0, offset - extent.Offset);
        return found;
    }

    /// <summary>Walks down the lists to the data chunk that holds byte <paramref name="position"/> of the data.
    /// </summary>
    private ref readonly ChunkId FindChunk(long position, out long start, out long length)
    {
        ChunkTable table = _chunks!; // data that is not inline has chunks: Open checked it
        long origin = 0;
        int index = table.Find(position);
        while (table.Level > 0)
        {
            origin += table.Start(index);
            table = LoadList(in table.Id(index), table.Length(index), table.Level - 1);
            index = table.Find(position - origin);
        }

        start = origin + table.Start(index);
        length = table.Length(index);
        return ref table.Id(index);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ChunkTable LoadList(in ChunkId id, long length, int level)
    {
        // Reads are mostly in order, so the list of each level that was used last is used again.
        for (ListAtHand? at = Volatile.Read(ref _lastList); at is not null; at = at.Other)
        {
            if (at.Table.Level == level && at.Table.TotalLength == length && at.Id == id)
            {
                return at.Table;
            }
        }

        ChunkTable table = ParseList(in id, length);
        if (table.Level != level)
        {
            throw _frames.Damaged(ChunkKind.Tree, in id, $"chunk list {id} has level {table.Level}, not {level}");
        }

        ListAtHand? kept = null;
        for (ListAtHand? at = Volatile.Read(ref _lastList); at is not null; at = at.Other)
        {
            kept = at.Table.Level == level ? kept : new ListAtHand(at.Id, at.Table, kept);
        }

        Volatile.Write(ref _lastList, new ListAtHand(id, table, kept));
        return table;
    }

    private ChunkTable ParseList(in ChunkId id, long length)
    {
        using ChunkLease lease = _frames.Acquire(ChunkKind.Tree, in id);
        try
        {
            return ChunkTable.Parse(lease.Span, length);
        }
        catch (InvalidEncodingException e)
        {
            throw _frames.Damaged(ChunkKind.Tree, in id, $"chunk list {id}: {e.Message}", e);
        }
    }

    /// <summary>Decoded lists, one a level: an immutable list that is replaced as a whole.</summary>
    private sealed record ListAtHand(ChunkId Id, ChunkTable Table, ListAtHand? Other);
}
