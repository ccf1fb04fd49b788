using SnapFs.Binary;
using SnapFs.Chunks;
using SnapFs.Files.Scanning;
using SnapFs.Trees;

namespace SnapFs.Afs.Importing;

/// <summary>A file that is made piece by piece, cut into chunks as one that is read. Not thread-safe.</summary>
internal sealed class ChunkedFile
{
    private const int BufferChunks = 2;

    private readonly GearChunker _chunker;
    private readonly ChunkPutter _putter;
    private readonly ChunkListBuilder _list;
    private readonly List<(int Offset, int Length)> _cuts = [];
    private byte[] _buffer = new byte[64 * 1024];
    private int _held;

    /// <param name="chunker">Cuts.</param>
    /// <param name="putter">Puts the chunks.</param>
    public ChunkedFile(GearChunker chunker, ChunkPutter putter)
    {
        _chunker = chunker;
        _putter = putter;
        _list = new ChunkListBuilder(putter.Sink);
    }

    private int Capacity => _chunker.Limits.Max * BufferChunks;

    /// <summary>Bytes written.</summary>
    public long Length { get; private set; }

    /// <summary>Appends bytes.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        Length += bytes.Length;
        while (!bytes.IsEmpty)
        {
            if (_held == Capacity)
            {
                PutCuts(isEnd: false);
            }

            int here = Math.Min(bytes.Length, Capacity - _held);
            if (_buffer.Length < _held + here)
            {
                Array.Resize(ref _buffer, Math.Min(Capacity, Math.Max(_held + here, 2 * _buffer.Length)));
            }

            bytes[..here].CopyTo(_buffer.AsSpan(_held));
            _held += here;
            bytes = bytes[here..];
        }
    }

    /// <summary>Ends the file and sets the content of its node.</summary>
    /// <param name="node">Gets size, form and content.</param>
    /// <param name="content">Holds the bytes that the node points to.</param>
    public void Finish(ref NodeView node, ByteWriter content)
    {
        node.Size = Length;
        if (Length <= FileReader.InlineLimit)
        {
            node.ContentForm = Length == 0 ? ContentForm.Empty : ContentForm.Inline;
            content.Bytes(_buffer.AsSpan(0, _held));
            node.Inline = content.Written;
            return;
        }

        PutCuts(isEnd: true);
        _list.Finish(content);
        node.ContentForm = ContentForm.Chunks;
        node.ChunkList = content.Written;
    }

    private void PutCuts(bool isEnd)
    {
        _cuts.Clear();
        int used = 0;
        while (used < _held && (isEnd || _held - used >= _chunker.Limits.Max))
        {
            int length = _chunker.NextLength(_buffer.AsSpan(used, _held - used));
            _cuts.Add((used, length));
            used += length;
        }

        foreach (ref readonly ChunkRef chunk in _putter.Put(_buffer, _cuts))
        {
            _list.Add(in chunk);
        }

        _buffer.AsSpan(used, _held - used).CopyTo(_buffer);
        _held -= used;
    }
}
