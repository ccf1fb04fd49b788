using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SnapFs.Chunks;
using SnapFs.Objects;

namespace SnapFs.Repository.Indexes;

/// <summary>
/// The tables of one run: what some objects of the index list, of one kind of chunks. Header, fences and checksums are in memory;
/// records are read as they are needed, and each block is checked before the first of its records is believed. Filters stay in
/// memory once they were read, and other blocks while there is room. Immutable and safe for concurrent use.
/// </summary>
internal sealed class RunTables : IDisposable
{
    private readonly RunBytes _bytes;
    private readonly RunHeader _header;
    private readonly uint[] _checksums;
    private readonly int[] _isChecked;
    private readonly byte[]?[] _kept;
    private readonly KeptBlocks _room;
    private int _keptCount;

    private RunTables(
        RunBytes bytes, in RunHeader header, RunLayout layout, ulong[] fences, uint[] checksums, KeptBlocks room)
    {
        _room = room;
        _kept = new byte[]?[bytes.IsInMemory ? 0 : checksums.Length];
        _bytes = bytes;
        _header = header;
        Layout = layout;
        Fences = fences;
        _checksums = checksums;
        _isChecked = new int[(checksums.Length + 31) / 32];
    }

    ~RunTables() => _room.Return(_keptCount);

    /// <summary>What the chunks hold.</summary>
    internal ChunkKind Kind => (ChunkKind)_header.Kind;

    /// <summary>Where the tables lie.</summary>
    internal RunLayout Layout { get; }

    /// <summary>The key of the first chunk of each block.</summary>
    internal ulong[] Fences { get; }

    /// <summary>Packs listed.</summary>
    internal uint PackCount => _header.Packs;

    /// <summary>Frames listed.</summary>
    internal uint FrameCount => _header.Frames;

    /// <summary>Chunks listed.</summary>
    internal long ChunkCount => (long)_header.Chunks;

    /// <summary>Takes over the bytes of a run, of which header, fences and checksums are read and checked.</summary>
    /// <param name="bytes">Disposed of if they are no run.</param>
    /// <param name="owner">Whose index it must be.</param>
    /// <param name="room">Where its blocks may stay in memory; null for that of the process.</param>
    /// <returns>Null if it is not a run of this index as it was written.</returns>
    /// <exception cref="RunFileException">It cannot be read.</exception>
    internal static RunTables? TryOpen(RunBytes bytes, in ObjectId owner, KeptBlocks? room = null)
    {
        RunTables? tables = null;
        try
        {
            return tables = TryRead(bytes, in owner, room ?? KeptBlocks.OfProcess);
        }
        finally
        {
            if (tables is null)
            {
                bytes.Dispose();
            }
        }
    }

    /// <summary>Gives a record; one that the tables do not have is a run that was written wrong.</summary>
    /// <exception cref="RunFileException">Its block cannot be read or is torn.</exception>
    [SkipLocalsInit]
    internal T Read<T>(RunTable table, long index)
        where T : unmanaged
    {
        TablePlace place = Layout.Of(table);
        if ((ulong)index >= (ulong)place.Count)
        {
            throw new RunFileException(null);
        }

        (long block, long inBlock) = Math.DivRem(index, place.PerBlock);
        Span<byte> scratch = stackalloc byte[Unsafe.SizeOf<T>()];
        return MemoryMarshal.Read<T>(Get(in place, block, (int)inBlock * place.RecordLength, place.RecordLength, scratch));
    }

    /// <summary>Gives some chunks of a block.</summary>
    /// <exception cref="RunFileException">It cannot be read or is torn.</exception>
    internal ReadOnlySpan<ChunkRecord> Chunks(long block, int first, int count, Span<byte> scratch)
    {
        TablePlace place = Layout.Of(RunTable.Chunks);
        return MemoryMarshal.Cast<byte, ChunkRecord>(
            Get(in place, block, first * place.RecordLength, count * place.RecordLength, scratch));
    }

    /// <summary>Whether a chunk may be in a block.</summary>
    /// <exception cref="RunFileException">The filter cannot be read or is torn.</exception>
    internal bool MayHold(long block, in CutId id)
    {
        TablePlace place = Layout.Of(RunTable.Filters);
        (long filterBlock, long inBlock) = Math.DivRem(block, place.PerBlock);
        int at = (int)inBlock * ChunkFilter.Length;
        if (_bytes.IsInMemory)
        {
            return ChunkFilter.MayHold(Get(in place, filterBlock, at, ChunkFilter.Length, default), in id);
        }

        byte[] kept = Volatile.Read(ref _kept[place.FirstBlock + filterBlock]) ?? Keep(in place, filterBlock);
        return ChunkFilter.MayHold(kept.AsSpan(at, ChunkFilter.Length), in id);
    }

    /// <summary>Reads a whole block and checks it.</summary>
    /// <exception cref="RunFileException">It cannot be read or is torn.</exception>
    internal ReadOnlySpan<byte> ReadBlock(in TablePlace place, long block, Span<byte> scratch)
    {
        ReadOnlySpan<byte> bytes = _bytes.Get(place.OffsetOf(block), place.LengthOf(block), scratch);
        long number = place.FirstBlock + block;
        if (RunChecksum.Of(bytes) != _checksums[number])
        {
            throw new RunFileException(null);
        }

        Interlocked.Or(ref _isChecked[number / 32], 1 << (int)(number % 32));
        return bytes;
    }

    /// <summary>Whether another run lists the same packs in the same order, as the checksums say: it can even be torn.</summary>
    internal bool HasSamePacks(RunTables other)
    {
        return PackCount == other.PackCount && Packs(this).SequenceEqual(Packs(other));

        static ReadOnlySpan<uint> Packs(RunTables tables)
        {
            TablePlace place = tables.Layout.Of(RunTable.Packs);
            return tables._checksums.AsSpan((int)place.FirstBlock, (int)place.Blocks);
        }
    }

    /// <summary>Whether every block can be read and is what was written.</summary>
    internal bool IsWhole()
    {
        byte[] scratch = new byte[RunLayout.BlockLength];
        try
        {
            for (RunTable table = 0; (int)table < RunLayout.TableCount; table++)
            {
                TablePlace place = Layout.Of(table);
                for (long block = 0; block < place.Blocks; block++)
                {
                    ReadBlock(in place, block, scratch);
                }
            }

            return true;
        }
        catch (RunFileException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _bytes.Dispose();
        _room.Return(_keptCount);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives a part of a block: from memory, or by a read of that part if there is no room for more blocks.</summary>
    private ReadOnlySpan<byte> Get(scoped in TablePlace place, long block, int offset, int length, Span<byte> scratch)
    {
        long number = place.FirstBlock + block;
        if (!_bytes.IsInMemory)
        {
            byte[]? kept = Volatile.Read(ref _kept[number]);
            if (kept is null && _room.TryTake())
            {
                Interlocked.Increment(ref _keptCount);
                kept = Keep(in place, block);
            }

            if (kept is not null)
            {
                return kept.AsSpan(offset, length);
            }
        }

        if ((Volatile.Read(ref _isChecked[number / 32]) & (1 << (int)(number % 32))) == 0)
        {
            Check(in place, block);
        }

        return _bytes.Get(place.OffsetOf(block) + offset, length, scratch);
    }

    private byte[] Keep(in TablePlace place, long block)
    {
        byte[] kept = GC.AllocateUninitializedArray<byte>(place.LengthOf(block));
        ReadBlock(in place, block, kept);
        Volatile.Write(ref _kept[place.FirstBlock + block], kept);
        return kept;
    }

    [SkipLocalsInit]
    private void Check(in TablePlace place, long block)
    {
        Span<byte> scratch = stackalloc byte[RunLayout.BlockLength];
        ReadBlock(in place, block, scratch);
    }

    private static RunTables? TryRead(RunBytes bytes, in ObjectId owner, KeptBlocks room)
    {
        byte[] start = new byte[Unsafe.SizeOf<RunHeader>()];
        if (bytes.Length < start.Length)
        {
            return null;
        }

        RunHeader header = MemoryMarshal.Read<RunHeader>(bytes.Get(0, start.Length, start));

        // The counts are not checked yet, so nothing is allocated for them before the file is as long as they say.
        if (RunLayout.TryCreate(in header) is not RunLayout layout || layout.Length != bytes.Length)
        {
            return null;
        }

        byte[] scratch = new byte[layout.Length - layout.SummaryAt];
        ReadOnlySpan<byte> summary = bytes.Get(layout.SummaryAt, scratch.Length, scratch);
        RunHeader.Digest digest = RunChecksum.Digest(header, summary, in owner);
        if (!((ReadOnlySpan<byte>)digest).SequenceEqual(header.Checksum))
        {
            return null;
        }

        int fences = (int)layout.Of(RunTable.Chunks).Blocks * sizeof(ulong);
        return new RunTables(
            bytes,
            in header,
            layout,
            MemoryMarshal.Cast<byte, ulong>(summary[..fences]).ToArray(),
            MemoryMarshal.Cast<byte, uint>(summary[fences..]).ToArray(),
            room);
    }
}
