using System.Runtime.CompilerServices;

namespace SnapFs.Repository.Indexes;

/// <summary>The tables of a run, in the order in which they lie there. There is one filter for each block of chunks.</summary>
internal enum RunTable
{
    Objects,
    Seals,
    Packs,
    Frames,
    Chunks,
    Filters,
}

/// <summary>
/// Where everything lies in a run: the header, the tables in blocks, then a fence for each block of chunks and a checksum for each
/// block. <c>docs/architecture.md</c> gives the layout.
/// </summary>
internal sealed class RunLayout
{
    /// <summary>Bytes of a block but the last of a table, the unused end included. A record lies in one block.</summary>
    internal const int BlockLength = 16 * 1024;

    /// <summary>Tables of a run.</summary>
    internal const int TableCount = 6;

    /// <summary>More chunks are in no run, so that no sum of lengths overflows.</summary>
    private const ulong MaxChunks = 1UL << 40;

    private readonly TablePlace[] _tables = new TablePlace[TableCount];

    private RunLayout(in RunHeader header)
    {
        long at = Unsafe.SizeOf<RunHeader>();
        long block = 0;
        long[] counts = [header.Objects, header.Seals, header.Packs, header.Frames, (long)header.Chunks, 0];
        for (int i = 0; i < TableCount; i++)
        {
            long count = (RunTable)i == RunTable.Filters ? _tables[(int)RunTable.Chunks].Blocks : counts[i];
            TablePlace table = new(at, count, RecordLength((RunTable)i), block);
            _tables[i] = table;
            at += table.Length;
            block += table.Blocks;
        }

        Blocks = block;
        SummaryAt = at;
    }

    /// <summary>Where the fences begin, and after them the checksums.</summary>
    internal long SummaryAt { get; }

    /// <summary>Blocks of all tables, each with its checksum.</summary>
    internal long Blocks { get; }

    /// <summary>Bytes of the whole run.</summary>
    internal long Length => SummaryAt + (Of(RunTable.Chunks).Blocks * sizeof(ulong)) + (Blocks * sizeof(uint));

    /// <summary>Where a table lies.</summary>
    internal TablePlace Of(RunTable table) => _tables[(int)table];

    /// <summary>The layout of a run with these counts.</summary>
    /// <returns>Null if no run has them.</returns>
    internal static RunLayout? TryCreate(in RunHeader header) =>
        header.Magic == RunHeader.ExpectedMagic
            && header.SealLength == RecordLength(RunTable.Seals)
            && header.ChunkLength == RecordLength(RunTable.Chunks)
            && header.Chunks <= MaxChunks
            ? new RunLayout(in header)
            : null;

    /// <summary>Bytes of one record.</summary>
    internal static int RecordLength(RunTable table) => table switch
    {
        RunTable.Objects => Unsafe.SizeOf<CoveredObject>(),
        RunTable.Seals => Unsafe.SizeOf<SealRecord>(),
        RunTable.Packs => Unsafe.SizeOf<PackEntry>(),
        RunTable.Frames => Unsafe.SizeOf<FrameRecord>(),
        RunTable.Chunks => Unsafe.SizeOf<ChunkRecord>(),
        _ => ChunkFilter.Length,
    };
}

/// <summary>Where a table of a run lies.</summary>
/// <param name="Start">Its first byte.</param>
/// <param name="Count">Its records.</param>
/// <param name="RecordLength">Bytes of one.</param>
/// <param name="FirstBlock">Number of its first block among those of all tables.</param>
internal readonly record struct TablePlace(long Start, long Count, int RecordLength, long FirstBlock)
{
    /// <summary>Records in a block but the last.</summary>
    internal int PerBlock => RunLayout.BlockLength / RecordLength;

    /// <summary>Blocks of this table.</summary>
    internal long Blocks => (Count + PerBlock - 1) / PerBlock;

    /// <summary>Bytes of this table; its last block ends with its last record.</summary>
    internal long Length => Count == 0 ? 0 : ((Blocks - 1) * RunLayout.BlockLength) + LengthOf(Blocks - 1);

    /// <summary>First byte of a block, counted within this table.</summary>
    internal long OffsetOf(long block) => Start + (block * RunLayout.BlockLength);

    /// <summary>Records in a block.</summary>
    internal int RecordsIn(long block) => (int)Math.Min(PerBlock, Count - (block * PerBlock));

    /// <summary>Bytes of a block.</summary>
    internal int LengthOf(long block) => block < Blocks - 1 ? RunLayout.BlockLength : RecordsIn(block) * RecordLength;
}
