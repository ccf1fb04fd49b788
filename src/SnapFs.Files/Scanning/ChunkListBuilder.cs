using System.Runtime.InteropServices;
using SnapFs.Binary;
using SnapFs.Chunks;
using SnapFs.Trees;

namespace SnapFs.Files.Scanning;

/// <summary>
/// Collects the chunks of one file. Beyond <see cref="TreeLimits.ChunkListFanout"/> references a level of lists is
/// put as tree chunks, so that a file of any size needs little memory. Not thread-safe; reusable.
/// </summary>
internal sealed class ChunkListBuilder
{
    private readonly IChunkSink _sink;
    private readonly List<List<ChunkRef>> _levels = [[]];
    private readonly ByteWriter _scratch = new();
    private int _height;

    /// <param name="sink">Where full lists are put.</param>
    public ChunkListBuilder(IChunkSink sink) => _sink = sink;

    /// <summary>Plain bytes of all chunks added.</summary>
    public long TotalBytes { get; private set; }

    /// <summary>Begins another file.</summary>
    public void Clear()
    {
        _levels.ForEach(level => level.Clear());
        _height = 0;
        TotalBytes = 0;
    }

    /// <summary>Adds the next chunk of the file.</summary>
    public void Add(in ChunkRef chunk)
    {
        TotalBytes += chunk.Length;
        Add(0, in chunk);
    }

    /// <summary>Writes the list that goes into the node.</summary>
    public void Finish(ByteWriter list)
    {
        for (int level = 0; level < _height; level++)
        {
            if (_levels[level].Count > 0)
            {
                Add(level + 1, PutLevel(level));
            }
        }

        ChunkListReader.Write(list, _height, CollectionsMarshal.AsSpan(_levels[_height]));
    }

    private void Add(int level, in ChunkRef chunk)
    {
        if (_levels[level].Count == TreeLimits.ChunkListFanout)
        {
            if (level + 1 == _levels.Count)
            {
                _levels.Add([]);
            }

            _height = Math.Max(_height, level + 1);
            Add(level + 1, PutLevel(level));
        }

        _levels[level].Add(chunk);
    }

    private ChunkRef PutLevel(int level)
    {
        Span<ChunkRef> chunks = CollectionsMarshal.AsSpan(_levels[level]);
        _scratch.Clear();
        ChunkListReader.Write(_scratch, level, chunks);
        long below = 0;
        foreach (ref readonly ChunkRef chunk in chunks)
        {
            below += chunk.Length;
        }

        _levels[level].Clear();
        return new ChunkRef(_sink.Put(ChunkKind.Tree, _scratch.Written), below);
    }
}
