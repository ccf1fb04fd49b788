using SnapFs.Binary;
using SnapFs.Chunks;
using SnapFs.Files.Workers;
using SnapFs.Trees;

namespace SnapFs.Files.Scanning;

/// <summary>Cuts a stream of unknown length into chunks and puts them, several at a time.</summary>
internal sealed class StreamCutter
{
    private const int BufferChunks = 4;

    private readonly IChunkSink _sink;
    private readonly GearChunker _chunker;
    private readonly ChunkListBuilder _chunks;
    private readonly ByteWriter _content = new();
    private long _length;

    public StreamCutter(IChunkSink sink, GearChunker chunker)
    {
        _sink = sink;
        _chunker = chunker;
        _chunks = new ChunkListBuilder(sink);
    }

    /// <summary>Bytes read so far.</summary>
    public long Length => Volatile.Read(ref _length);

    /// <summary>How the content is given.</summary>
    public ContentForm Form { get; private set; }

    /// <summary>The inline bytes or the chunk list.</summary>
    public ReadOnlySpan<byte> Content => _content.Written;

    /// <summary>Reads to the end.</summary>
    public void Read(WorkerPool<object> pool, object context, Stream input)
    {
        int max = _chunker.Limits.Max;
        byte[] buffer = GC.AllocateUninitializedArray<byte>(max * BufferChunks, pinned: true);
        List<(int Offset, int Length)> cuts = [];
        int held = 0;
        bool isEnd = false;
        while (!isEnd || held > 0)
        {
            pool.ThrowIfStopped();
            int count = input.ReadAtLeast(buffer.AsSpan(held), buffer.Length - held, throwOnEndOfStream: false);
            isEnd = count < buffer.Length - held;
            held += count;
            Volatile.Write(ref _length, _length + count);
            if (isEnd && Length <= FileReader.InlineLimit)
            {
                Form = _length == 0 ? ContentForm.Empty : ContentForm.Inline;
                _content.Bytes(buffer.AsSpan(0, held));
                return;
            }

            cuts.Clear();
            int used = 0;
            while (used < held && (isEnd || held - used >= max))
            {
                int length = _chunker.NextLength(buffer.AsSpan(used, held - used));
                cuts.Add((used, length));
                used += length;
            }

            Put(pool, context, buffer, cuts);
            buffer.AsSpan(used, held - used).CopyTo(buffer);
            held -= used;
        }

        Form = ContentForm.Chunks;
        _chunks.Finish(_content);
    }

    private void Put(WorkerPool<object> pool, object context, byte[] buffer, List<(int Offset, int Length)> cuts)
    {
        ChunkRef[] chunks = new ChunkRef[cuts.Count];
        pool.ForEach(context, cuts.Count, (_, index) =>
        {
            (int offset, int length) = cuts[index];
            chunks[index] = new ChunkRef(_sink.Put(ChunkKind.Data, buffer.AsSpan(offset, length)), length);
        });
        foreach (ref readonly ChunkRef chunk in chunks.AsSpan())
        {
            _chunks.Add(in chunk);
        }
    }
}
