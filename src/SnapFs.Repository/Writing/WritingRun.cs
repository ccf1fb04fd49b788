using System.Collections.Concurrent;
using SnapFs.Chunks;
using SnapFs.Objects;
using SnapFs.Repository.Keys;

namespace SnapFs.Repository.Writing;

/// <summary>What all that one run writes has in common: its id, its number, and the keys its packs are encrypted under.</summary>
public sealed class WritingRun : IDisposable
{
    private readonly RunKey _data;
    private readonly RunKey _trees;
    private readonly ConcurrentDictionary<ObjectId, bool> _indexed = [];

    /// <param name="keys">The domain it writes in.</param>
    /// <param name="id">Names it; also its lease.</param>
    /// <param name="sequence">One more than that of the signer's last run that is known.</param>
    internal WritingRun(IDomainKeys keys, ShortId id, ulong sequence)
    {
        Keys = keys;
        Id = id;
        Sequence = sequence;
        _data = keys.NewRunKey(ChunkKind.Data);
        _trees = keys.NewRunKey(ChunkKind.Tree);
    }

    /// <summary>Names the run.</summary>
    public ShortId Id { get; }

    /// <summary>Counts the runs of its signer, from 1.</summary>
    public ulong Sequence { get; }

    /// <summary>The domain it writes in.</summary>
    internal IDomainKeys Keys { get; }

    /// <summary>The key of a kind of chunks.</summary>
    internal RunKey Key(ChunkKind kind) => kind == ChunkKind.Tree ? _trees : _data;

    /// <summary>Remembers an object that this run has put into the index.</summary>
    internal void AddIndexed(in ObjectId id) => _indexed[id] = true;

    /// <summary>Whether this run has put an object into the index.</summary>
    internal bool HasIndexed(in ObjectId id) => _indexed.ContainsKey(id);

    /// <summary>Overwrites the keys.</summary>
    public void Dispose()
    {
        _data.Dispose();
        _trees.Dispose();
    }
}
