using System.Runtime.InteropServices;
using SnapFs.Objects;

namespace SnapFs.Repository.Indexes;

/// <summary>Gathers records of one kind, chunks in any order, and makes a run of them. Not thread-safe.</summary>
internal sealed class IndexRunBuilder : IDisposable
{
    private readonly NativeTable<CoveredObject> _objects = new();
    private readonly NativeTable<SealRecord> _seals = new();
    private readonly NativeTable<PackEntry> _packs = new();
    private readonly NativeTable<FrameRecord> _frames = new();
    private readonly NativeTable<ChunkRecord> _chunks = new();
    private bool _isSorted;

    /// <summary>Objects gathered.</summary>
    internal long ObjectCount => _objects.Count;

    /// <summary>Chunks gathered.</summary>
    internal long ChunkCount => _chunks.Count;

    /// <summary>The sealed run keys.</summary>
    internal ReadOnlySpan<SealRecord> Seals => _seals.Span;

    /// <summary>The packs.</summary>
    internal ReadOnlySpan<PackEntry> Packs => _packs.Span;

    /// <summary>The frames, in the order of the packs.</summary>
    internal ReadOnlySpan<FrameRecord> Frames => _frames.Span;

    /// <summary>The chunks, sorted.</summary>
    internal ReadOnlySpan<ChunkRecord> Chunks
    {
        get
        {
            SortChunks();
            return _chunks.Span;
        }
    }

    /// <summary>At most as many bytes has the run.</summary>
    internal long MaxLength => RunLayout.BlockLength
        + (2 * RunLayout.TableCount * RunLayout.BlockLength)
        + ((_objects.Bytes + _seals.Bytes + _packs.Bytes + _frames.Bytes + _chunks.Bytes) / 8 * 9);

    /// <summary>Orders chunks by id; of several places of one the newest comes first.</summary>
    internal static int Compare(in ChunkRecord left, in ChunkRecord right)
    {
        int order = CutId.Compare(in left.Id, in right.Id);
        order = order != 0 ? order : right.Frame.CompareTo(left.Frame);
        return order != 0 ? order : left.Offset.CompareTo(right.Offset);
    }

    /// <summary>Adds an object for which the run is to stand.</summary>
    internal void AddObject(in CoveredObject covered) => _objects.Add(1)[0] = covered;

    /// <summary>Adds a pack and how its key is sealed; its frames are added next.</summary>
    /// <param name="pack">Its numbers are set here.</param>
    /// <param name="seal">Equal to that of the pack before, it is not kept twice.</param>
    internal void AddPack(PackEntry pack, in SealRecord seal)
    {
        if (_seals.Count == 0 || !BytesOf(in _seals.Span[^1]).SequenceEqual(BytesOf(in seal)))
        {
            _seals.Add(1)[0] = seal;
        }

        pack.Seal = (uint)_seals.Count - 1;
        pack.FirstFrame = (uint)_frames.Count;
        _packs.Add(1)[0] = pack;
    }

    /// <summary>Adds a frame of the last pack; its chunks are added next.</summary>
    internal void AddFrame(FrameRecord frame)
    {
        frame.Pack = (uint)_packs.Count - 1;
        _frames.Add(1)[0] = frame;
    }

    /// <summary>Adds a chunk of the last frame.</summary>
    internal void AddChunk(in CutId id, uint offset, uint length)
    {
        _chunks.Add(1)[0] = new ChunkRecord { Id = id, Frame = (uint)_frames.Count - 1, Offset = offset, Length = length };
        _isSorted = false;
    }

    /// <summary>Adds an object of the index and all that it lists.</summary>
    internal void Add(IndexObject added)
    {
        AddObject(new CoveredObject { Id = added.Id, Length = added.Length });
        foreach (ref readonly ObjectId replaced in added.Replaced)
        {
            AddObject(new CoveredObject { Id = replaced, Flags = CoveredObject.Replaced });
        }

        uint seals = (uint)_seals.Count;
        uint packs = (uint)_packs.Count;
        uint frames = (uint)_frames.Count;
        added.Seals.CopyTo(_seals.Add(added.Seals.Length));
        foreach (ref readonly PackEntry pack in added.Packs)
        {
            _packs.Add(1)[0] = pack with { Seal = pack.Seal + seals, FirstFrame = pack.FirstFrame + frames };
        }

        foreach (ref readonly FrameRecord frame in added.Frames)
        {
            _frames.Add(1)[0] = frame with { Pack = frame.Pack + packs };
        }

        foreach (ref readonly ChunkRecord chunk in added.Chunks)
        {
            _chunks.Add(1)[0] = chunk with { Frame = chunk.Frame + frames };
        }

        _isSorted = false;
    }

    /// <summary>Writes all tables; may be called again.</summary>
    internal void WriteTo(RunWriter writer)
    {
        SortChunks();
        writer.Add<CoveredObject>(RunTable.Objects, _objects.Span);
        writer.Add<SealRecord>(RunTable.Seals, _seals.Span);
        writer.Add<PackEntry>(RunTable.Packs, _packs.Span);
        writer.Add<FrameRecord>(RunTable.Frames, _frames.Span);
        foreach (ref readonly ChunkRecord chunk in _chunks.Span)
        {
            writer.AddChunk(in chunk);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _objects.Dispose();
        _seals.Dispose();
        _packs.Dispose();
        _frames.Dispose();
        _chunks.Dispose();
    }

    private void SortChunks()
    {
        if (!_isSorted)
        {
            Sort(_chunks.Span);
            _isSorted = true;
        }
    }

    /// <summary>Sorts by the first 8 bytes of the ids, then the few that are equal there.</summary>
    private static void Sort(Span<ChunkRecord> records)
    {
        ulong[] keys = GC.AllocateUninitializedArray<ulong>(records.Length);
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = records[i].Id.Key;
        }

        keys.AsSpan().Sort(records);
        for (int start = 0; start < keys.Length;)
        {
            int end = start + 1;
            while (end < keys.Length && keys[end] == keys[start])
            {
                end++;
            }

            if (end - start > 1)
            {
                records[start..end].Sort(static (left, right) => Compare(in left, in right));
            }

            start = end;
        }
    }

    private static ReadOnlySpan<byte> BytesOf<T>(in T record)
        where T : unmanaged => MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in record));
}
