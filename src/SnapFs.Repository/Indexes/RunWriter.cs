using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SnapFs.Chunks;
using SnapFs.Objects;

namespace SnapFs.Repository.Indexes;

/// <summary>
/// Writes a run from its first byte to its last, one table after the other in the order of <see cref="RunTable"/>: from a builder, a
/// merge, or the blocks of an object; filters, fences and checksums are made here. Holds one block, and outside the managed heap a
/// filter for each block of chunks: 1.3 bytes a chunk. Not thread-safe.
/// </summary>
internal sealed class RunWriter : IDisposable
{
    private readonly Stream _output;
    private readonly ChunkKind _kind;
    private readonly byte[] _block = new byte[RunLayout.BlockLength];
    private readonly long[] _counts = new long[RunLayout.TableCount];
    private readonly NativeTable<ChunkFilter> _filters = new();
    private readonly List<ulong> _fences = [];
    private readonly List<uint> _checksums = [];
    private RunTable _table;
    private int _recordLength = RunLayout.RecordLength(RunTable.Objects);
    private int _used;
    private CutId _last;

    /// <param name="output">Empty; may seek.</param>
    /// <param name="kind">What the chunks hold.</param>
    internal RunWriter(Stream output, ChunkKind kind)
    {
        _output = output;
        _kind = kind;
        output.Write(new byte[Unsafe.SizeOf<RunHeader>()]); // filled in at the end, so that a run cut short is none
    }

    /// <summary>Appends records to a table that is not before that of the last call.</summary>
    internal void Add<T>(RunTable table, ReadOnlySpan<T> records)
        where T : unmanaged
    {
        Begin(table);
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(records);
        while (!bytes.IsEmpty)
        {
            int room = _block.Length / _recordLength * _recordLength - _used;
            if (room == 0)
            {
                EndBlock();
                continue;
            }

            int count = Math.Min(room, bytes.Length);
            bytes[..count].CopyTo(_block.AsSpan(_used));
            _used += count;
            bytes = bytes[count..];
        }

        _counts[(int)table] += records.Length;
    }

    /// <summary>Appends a chunk that is not before the last one, in a frame that was added.</summary>
    /// <exception cref="RunFileException">It is before the last one, or in no frame: where it comes from is wrong.</exception>
    internal void AddChunk(in ChunkRecord chunk)
    {
        Begin(RunTable.Chunks);
        if (_block.Length - _used < _recordLength)
        {
            EndBlock();
        }

        if (CutId.Compare(in chunk.Id, in _last) < 0 || chunk.Frame >= _counts[(int)RunTable.Frames])
        {
            throw new RunFileException(null);
        }

        if (_used == 0)
        {
            _fences.Add(chunk.Id.Key);
            _filters.Add(1)[0] = default;
        }

        _filters.Span[^1].Add(in chunk.Id);
        _last = chunk.Id;
        MemoryMarshal.Write(_block.AsSpan(_used), in chunk);
        _used += _recordLength;
        _counts[(int)RunTable.Chunks]++;
    }

    /// <summary>Writes fences, checksums and the header.</summary>
    /// <param name="owner">Whose index it is.</param>
    internal void Finish(in ObjectId owner)
    {
        Add<ChunkFilter>(RunTable.Filters, _filters.Span);
        FlushBlock(_used);
        byte[] summary =
        [
            .. MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_fences)),
            .. MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_checksums)),
        ];
        _output.Write(summary);
        RunHeader header = new()
        {
            Magic = RunHeader.ExpectedMagic,
            Kind = (uint)_kind,
            SealLength = (uint)RunLayout.RecordLength(RunTable.Seals),
            ChunkLength = (uint)RunLayout.RecordLength(RunTable.Chunks),
            Objects = (uint)_counts[(int)RunTable.Objects],
            Seals = (uint)_counts[(int)RunTable.Seals],
            Packs = (uint)_counts[(int)RunTable.Packs],
            Frames = (uint)_counts[(int)RunTable.Frames],
            Chunks = (ulong)_counts[(int)RunTable.Chunks],
        };
        header.Checksum = RunChecksum.Digest(header, summary, in owner);
        _output.Position = 0;
        _output.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<RunHeader>(in header)));
    }

    /// <inheritdoc/>
    public void Dispose() => _filters.Dispose();

    private void Begin(RunTable table)
    {
        if (table == _table)
        {
            return;
        }

        ArgumentOutOfRangeException.ThrowIfLessThan((int)table, (int)_table, nameof(table));
        FlushBlock(_used);
        _table = table;
        _recordLength = RunLayout.RecordLength(table);
    }

    /// <summary>Ends a block that another one of the table follows.</summary>
    private void EndBlock()
    {
        _block.AsSpan(_used).Clear();
        FlushBlock(_block.Length);
    }

    private void FlushBlock(int length)
    {
        if (length > 0)
        {
            ReadOnlySpan<byte> block = _block.AsSpan(0, length);
            _checksums.Add(RunChecksum.Of(block));
            _output.Write(block);
            _used = 0;
        }
    }
}
