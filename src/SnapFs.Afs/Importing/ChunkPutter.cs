using SnapFs.Chunks;
using SnapFs.Files.Workers;

namespace SnapFs.Afs.Importing;

/// <summary>Puts several chunks of a buffer at once, on all threads of a pool if there is one, and keeps their order.</summary>
internal sealed class ChunkPutter(IChunkSink sink)
{
    private ChunkRef[] _refs = [];

    /// <summary>Where chunks go.</summary>
    public IChunkSink Sink { get; } = sink;

    /// <summary>The threads that help. The caller of <see cref="Put"/> is one of them; without, it does all.</summary>
    public WorkerPool<object>? Pool { get; set; }

    /// <summary>Puts chunks.</summary>
    /// <param name="buffer">Holds them.</param>
    /// <param name="cuts">Where each begins and how long it is.</param>
    /// <returns>A reference for each, in order; valid until the next call.</returns>
    public ReadOnlySpan<ChunkRef> Put(byte[] buffer, List<(int Offset, int Length)> cuts)
    {
        if (_refs.Length < cuts.Count)
        {
            _refs = new ChunkRef[cuts.Count];
        }

        if (Pool is null)
        {
            for (int i = 0; i < cuts.Count; i++)
            {
                PutOne(buffer, cuts, i);
            }
        }
        else
        {
            Pool.ForEach(this, cuts.Count, (_, index) => PutOne(buffer, cuts, index));
        }

        return _refs.AsSpan(0, cuts.Count);
    }

    private void PutOne(byte[] buffer, List<(int Offset, int Length)> cuts, int index)
    {
        (int offset, int length) = cuts[index];
        _refs[index] = new ChunkRef(Sink.Put(ChunkKind.Data, buffer.AsSpan(offset, length)), length);
    }
}
