using System.Collections.Concurrent;
using SnapFs.Chunks;
using SnapFs.Repository.Reading;

namespace SnapFs.Jobs.Backups;

/// <summary>Takes chunks as a writer does and stores none of them: what would be new is counted.</summary>
public sealed class DryRunSink(RepositoryReader reader) : IChunkSink
{
    private readonly ConcurrentDictionary<ChunkId, bool> _new = new();
    private long _bytesAdded;

    /// <summary>Plain bytes that a real run would store.</summary>
    public long BytesAdded => Interlocked.Read(ref _bytesAdded);

    /// <inheritdoc/>
    public bool HasAllPacks => true;

    /// <inheritdoc/>
    public ChunkId Put(ChunkKind kind, ReadOnlySpan<byte> plain)
    {
        ChunkId id = reader.IdOf(kind, plain);
        if (!reader.TryLocate(kind, in id, out _) && _new.TryAdd(id, true))
        {
            Interlocked.Add(ref _bytesAdded, plain.Length);
        }

        return id;
    }

    /// <inheritdoc/>
    public bool Contains(ChunkKind kind, in ChunkId id) =>
        reader.TryLocate(kind, in id, out _) || _new.ContainsKey(id);
}
