using System.Diagnostics;
using System.Runtime.InteropServices;
using SnapFs.Binary;
using SnapFs.Chunks;
using SnapFs.Files.Workers;
using SnapFs.Posix.Files;
using SnapFs.Trees;

namespace SnapFs.Files.Scanning;

/// <summary>Reads the data of an open file, cuts it into chunks and puts them. One for each worker.</summary>
internal sealed class FileReader
{
    /// <summary>A file with at most this many data bytes stands in its node.</summary>
    internal const int InlineLimit = 512;

    /// <summary>How many chunks of the largest size the buffer of a large file holds.</summary>
    private const int LargeBufferChunks = 3;

    /// <summary>Bytes that are asked for at once, so that a run that is stopped waits for no more.</summary>
    private const int Piece = 1 << 20;

    /// <summary>The same of a source that is slow.</summary>
    private const int SlowPiece = 128 * 1024;

    private static readonly TimeSpan s_slow = TimeSpan.FromMilliseconds(250);

    private readonly WalkServices _services;
    private readonly WorkerContext _context;
    private readonly ChunkListBuilder _chunks;
    private readonly List<Extent> _extents = [];
    private readonly List<(int Offset, int Length)> _cuts = [];
    private readonly ByteWriter _content = new();
    private readonly ByteWriter _extentBytes = new();
    private ChunkRef[] _refs = [];
    private long _extentPosition;
    private int _extentIndex;
    private int _piece = Piece;

    public FileReader(WalkServices services, WorkerContext context)
    {
        _services = services;
        _context = context;
        _chunks = new ChunkListBuilder(services.Sink);
    }

    /// <summary>How the data read last is given.</summary>
    public ContentForm Form { get; private set; }

    /// <summary>The inline bytes or the chunk list.</summary>
    public ReadOnlySpan<byte> Content => _content.Written;

    /// <summary>The extents, encoded; empty if the file has no holes.</summary>
    public ReadOnlySpan<byte> Extents => _extentBytes.Written;

    /// <summary>The size of what was read, holes included.</summary>
    public long Size { get; private set; }

    /// <summary>Tells one content from another: two reads that give the same have read the same bytes.</summary>
    public byte[] Fingerprint()
    {
        ByteWriter writer = new();
        writer.Varint(Size);
        writer.Byte((byte)Form);
        writer.LengthPrefixed(Content);
        writer.LengthPrefixed(Extents);
        return writer.ToArray();
    }

    /// <summary>Reads a file.</summary>
    /// <param name="pool">Helps with large files.</param>
    /// <param name="fd">The file.</param>
    /// <param name="stat">What it is expected to be.</param>
    /// <returns>0 or an errno.</returns>
    public int Read(WorkerPool<WorkerContext> pool, int fd, in FileStat stat)
    {
        _content.Clear();
        _extentBytes.Clear();
        _chunks.Clear();
        Form = ContentForm.Empty;
        Size = stat.Size;
        bool hasHoles = SparseMap.TryRead(fd, in stat, _extents);
        if (!hasHoles)
        {
            _extents.Clear();
            if (stat.Size > 0)
            {
                _extents.Add(new Extent(0, stat.Size));
            }
        }

        _extentIndex = 0;
        _extentPosition = 0;
        long expected = 0;
        foreach (Extent extent in _extents)
        {
            expected += extent.Length;
        }

        int error = expected <= WorkerContext.SmallFile
            ? ReadSmall(fd, (int)expected)
            : ReadLarge(pool, fd);
        if (error == 0 && hasHoles)
        {
            ExtentReader.Write(_extentBytes, CollectionsMarshal.AsSpan(_extents));
        }

        return error;
    }

    private int ReadSmall(int fd, int expected)
    {
        Span<byte> buffer = _context.Small.AsSpan(0, expected);
        int length = Fill(fd, buffer);
        if (length < 0)
        {
            return -length;
        }

        ReadOnlySpan<byte> data = buffer[..length];
        _context.Counters.BytesRead += length;
        if (length <= InlineLimit)
        {
            Form = length == 0 ? ContentForm.Empty : ContentForm.Inline;
            _content.Bytes(data);
            return 0;
        }

        while (!data.IsEmpty)
        {
            int cut = _services.Chunker.NextLength(data);
            _chunks.Add(new ChunkRef(_services.Sink.Put(ChunkKind.Data, data[..cut]), cut));
            data = data[cut..];
        }

        FinishChunks();
        return 0;
    }

    private int ReadLarge(WorkerPool<WorkerContext> pool, int fd)
    {
        _ = Interop.Libc.posix_fadvise(fd, 0, 0, Interop.Libc.POSIX_FADV_SEQUENTIAL);
        int max = _services.Chunker.Limits.Max;
        byte[] buffer = _context.Large(max * LargeBufferChunks);
        int held = 0;
        bool isEnd = false;
        while (!isEnd || held > 0)
        {
            int length = Fill(fd, buffer.AsSpan(held));
            if (length < 0)
            {
                return -length;
            }

            _context.Counters.BytesRead += length;
            isEnd = length < buffer.Length - held;
            held += length;
            int used = Cut(buffer.AsSpan(0, held), isEnd, max);
            PutCuts(pool, buffer);
            buffer.AsSpan(used, held - used).CopyTo(buffer);
            held -= used;
        }

        FinishChunks();
        return 0;
    }

    /// <summary>Finds the chunks that surely end within <paramref name="data"/>; returns their bytes.</summary>
    private int Cut(ReadOnlySpan<byte> data, bool isEnd, int max)
    {
        _cuts.Clear();
        int position = 0;
        while (position < data.Length && (isEnd || data.Length - position >= max))
        {
            int length = _services.Chunker.NextLength(data[position..]);
            _cuts.Add((position, length));
            position += length;
        }

        return position;
    }

    private void PutCuts(WorkerPool<WorkerContext> pool, byte[] buffer)
    {
        if (_refs.Length < _cuts.Count)
        {
            _refs = new ChunkRef[_cuts.Count];
        }

        pool.ForEach(_context, _cuts.Count, (_, index) =>
        {
            (int offset, int length) = _cuts[index];
            _refs[index] = new ChunkRef(_services.Sink.Put(ChunkKind.Data, buffer.AsSpan(offset, length)), length);
        });
        for (int i = 0; i < _cuts.Count; i++)
        {
            _chunks.Add(in _refs[i]);
        }
    }

    private void FinishChunks()
    {
        if (_chunks.TotalBytes > 0)
        {
            Form = ContentForm.Chunks;
            _chunks.Finish(_content);
        }
    }

    /// <summary>Reads on through the extents until the span is full or the data ends. A file that ends early is
    /// taken as ending where it does.</summary>
    /// <returns>Bytes, or a negative errno.</returns>
    private int Fill(int fd, Span<byte> destination)
    {
        int done = 0;
        while (done < destination.Length && _extentIndex < _extents.Count)
        {
            Extent extent = _extents[_extentIndex];
            int want = (int)Math.Min(destination.Length - done, extent.Length - _extentPosition);
            int count = ReadPieces(fd, destination.Slice(done, want), extent.Offset + _extentPosition);
            if (count < 0)
            {
                return count;
            }

            done += count;
            _extentPosition += count;
            if (count < want)
            {
                EndEarly(extent);
                break;
            }

            if (_extentPosition == extent.Length)
            {
                _extentIndex++;
                _extentPosition = 0;
            }
        }

        return done;
    }

    private int ReadPieces(int fd, Span<byte> destination, long offset)
    {
        int done = 0;
        while (done < destination.Length)
        {
            _services.Stop.ThrowIfCancellationRequested();
            int want = Math.Min(destination.Length - done, _piece);
            long start = Stopwatch.GetTimestamp();
            int count = Descriptors.ReadFully(fd, destination.Slice(done, want), offset + done);
            _piece = Stopwatch.GetElapsedTime(start) > s_slow ? SlowPiece : Piece;
            if (count < 0)
            {
                return count;
            }

            done += count;
            if (count < want)
            {
                break;
            }
        }

        return done;
    }

    private void EndEarly(Extent extent)
    {
        Size = extent.Offset + _extentPosition;
        _extents.RemoveRange(_extentIndex, _extents.Count - _extentIndex);
        if (_extentPosition > 0)
        {
            _extents.Add(extent with { Length = _extentPosition });
        }

        _extentIndex = _extents.Count;
    }
}
