using SnapFs.Caches;
using SnapFs.Chunks;
using SnapFs.Trees;

namespace SnapFs.Cli.Browsing;

/// <summary>Writes the bytes of an archived file one after the other.</summary>
internal sealed class FileContent
{
    private const int ZeroBlock = 64 * 1024;
    private static readonly byte[] Zeros = new byte[ZeroBlock];
    private readonly FrameCache _frames;
    private readonly Action<ReadOnlySpan<byte>> _write;
    private readonly CancellationToken _cancellationToken;
    private readonly Queue<Extent> _extents = new();
    private long _position;
    private long _extentLeft;

    private FileContent(FrameCache frames, Action<ReadOnlySpan<byte>> write, CancellationToken cancellationToken)
    {
        _frames = frames;
        _write = write;
        _cancellationToken = cancellationToken;
    }

    /// <summary>Writes a whole file, holes as zeros.</summary>
    /// <param name="frames">Where chunks come from.</param>
    /// <param name="file">A regular file.</param>
    /// <param name="write">Takes the bytes in order.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DamagedException">A chunk is missing or damaged.</exception>
    public static void Write(
        FrameCache frames, in NodeView file, Action<ReadOnlySpan<byte>> write, CancellationToken cancellationToken)
    {
        FileContent content = new(frames, write, cancellationToken);
        content.QueueExtents(in file);
        switch (file.ContentForm)
        {
            case ContentForm.Inline:
                content.Data(file.Inline);
                break;
            case ContentForm.Chunks:
                content.List(file.ChunkList, TreeLimits.MaxLevels + 1);
                break;
            default:
                break;
        }

        if (content._position > file.Size || content._extentLeft > 0 || content._extents.Count > 0)
        {
            throw new InvalidEncodingException("the chunks of a file are not as long as its extents");
        }

        content.ZerosTo(file.Size);
    }

    private void QueueExtents(in NodeView file)
    {
        if (file.Extents.IsEmpty)
        {
            _extentLeft = file.ContentForm == ContentForm.Empty ? 0 : file.Size;
            return;
        }

        ExtentReader extents = new(file.Extents, file.Size);
        while (extents.Next())
        {
            _extents.Enqueue(extents.Current);
        }
    }

    private void List(ReadOnlySpan<byte> list, int below)
    {
        ChunkListReader reader = new(list);
        if (reader.Level >= below)
        {
            throw new InvalidEncodingException($"a chunk list of level {reader.Level} lies below one of level {below}");
        }

        while (reader.Next())
        {
            _cancellationToken.ThrowIfCancellationRequested();
            ChunkRef chunk = reader.Current;
            ChunkKind kind = reader.Level == 0 ? ChunkKind.Data : ChunkKind.Tree;
            using ChunkLease lease = _frames.Acquire(kind, chunk.Id);
            if (reader.Level > 0)
            {
                List(lease.Span, reader.Level);
            }
            else if (lease.Length != chunk.Length)
            {
                throw _frames.Damaged(kind, chunk.Id, $"chunk {chunk.Id} has {lease.Length} bytes, not {chunk.Length}");
            }
            else
            {
                Data(lease.Span);
            }
        }
    }

    private void Data(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            if (_extentLeft == 0)
            {
                if (!_extents.TryDequeue(out Extent extent))
                {
                    throw new InvalidEncodingException("a file has more data than its extents hold");
                }

                ZerosTo(extent.Offset);
                _extentLeft = extent.Length;
            }

            int count = (int)Math.Min(data.Length, _extentLeft);
            _write(data[..count]);
            data = data[count..];
            _extentLeft -= count;
            _position += count;
        }
    }

    private void ZerosTo(long position)
    {
        while (_position < position)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            int count = (int)Math.Min(ZeroBlock, position - _position);
            _write(Zeros.AsSpan(0, count));
            _position += count;
        }
    }
}
