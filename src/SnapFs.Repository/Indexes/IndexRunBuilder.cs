using System.Runtime.InteropServices;

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

    /// <summary>Writes all tables; may be called again.</summary>
    internal void WriteTo(RunWriter writer)
    {
        if (!_isSorted)
        {
            Sort(_chunks.Span);
            _isSorted = true;
        }

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
