using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SnapFs.Chunks;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Packs;

namespace SnapFs.Repository.Indexes;

/// <summary>Takes the records of one table.</summary>
internal interface IRecordSink
{
    /// <summary>Bytes of a record that are understood.</summary>
    int RecordLength { get; }

    /// <summary>Takes a record.</summary>
    void Add(ReadOnlySpan<byte> record);
}

/// <summary>A decoded object of the index: its tables, with numbers of their own.</summary>
internal sealed class IndexObject : IDisposable
{
    private readonly Sink<ObjectId> _replaced = new();
    private readonly Sink<SealRecord> _seals = new();
    private readonly Sink<PackEntry> _packs = new();
    private readonly Sink<FrameRecord> _frames = new();
    private readonly Sink<ChunkRecord> _chunks = new();

    /// <param name="kind">What its chunks hold.</param>
    /// <param name="id">Its name.</param>
    /// <param name="length">Its stored bytes.</param>
    /// <param name="isTrusted">Whether it counts.</param>
    internal IndexObject(ChunkKind kind, in ObjectId id, long length, bool isTrusted)
    {
        Kind = kind;
        Id = id;
        Length = length;
        IsTrusted = isTrusted;
    }

    /// <summary>What its chunks hold.</summary>
    internal ChunkKind Kind { get; }

    /// <summary>Its name.</summary>
    internal ObjectId Id { get; }

    /// <summary>Its stored bytes.</summary>
    internal long Length { get; }

    /// <summary>Whether it counts. One that does not still tells where a chunk may lie.</summary>
    internal bool IsTrusted { get; }

    /// <summary>Who says to have signed it, and has if it counts for another reason than that somebody vouches for it.</summary>
    internal ShortId Signer { get; init; }

    /// <summary>Whether it says more than this version knows, which is lost in what is made from it.</summary>
    internal bool HasMore { get; set; }

    /// <summary>Objects that need not be read besides it; none if it does not count.</summary>
    internal ReadOnlySpan<ObjectId> Replaced => IsTrusted ? _replaced.Span : [];

    /// <summary>The sealed run keys.</summary>
    internal ReadOnlySpan<SealRecord> Seals => _seals.Span;

    /// <summary>The packs.</summary>
    internal ReadOnlySpan<PackEntry> Packs => _packs.Span;

    /// <summary>The frames, in the order of the packs.</summary>
    internal ReadOnlySpan<FrameRecord> Frames => _frames.Span;

    /// <summary>The chunks, by id.</summary>
    internal ReadOnlySpan<ChunkRecord> Chunks => _chunks.Span;

    internal IRecordSink ReplacedSink => _replaced;

    internal IRecordSink SealSink => _seals;

    internal IRecordSink PackSink => _packs;

    internal IRecordSink FrameSink => _frames;

    internal IRecordSink ChunkSink => _chunks;

    /// <summary>Refuses tables that do not fit together.</summary>
    /// <param name="subject">The object, for messages.</param>
    /// <exception cref="InvalidEncodingException">They do not.</exception>
    /// <exception cref="NewerFormatException">A frame has a codec that is not known.</exception>
    internal void RequireValid(string subject)
    {
        if (Kind is not (ChunkKind.Data or ChunkKind.Tree))
        {
            throw new InvalidEncodingException($"it lists chunks of the unknown kind {(byte)Kind}");
        }

        RequirePacks();
        RequireFrames(subject);
        CutId last = default;
        ReadOnlySpan<FrameRecord> frames = Frames;
        foreach (ref readonly ChunkRecord chunk in Chunks)
        {
            if (CutId.Compare(in last, in chunk.Id) > 0)
            {
                throw new InvalidEncodingException("its chunks are not sorted");
            }

            if (chunk.Frame >= frames.Length
                || chunk.Length == 0
                || chunk.Offset + (ulong)chunk.Length > frames[(int)chunk.Frame].PlainLength)
            {
                throw new InvalidEncodingException("a chunk does not lie within its frame");
            }

            last = chunk.Id;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _replaced.Dispose();
        _seals.Dispose();
        _packs.Dispose();
        _frames.Dispose();
        _chunks.Dispose();
    }

    private void RequirePacks()
    {
        uint next = 0;
        foreach (ref readonly PackEntry pack in Packs)
        {
            if (pack.Length > PackLayout.MaxPack || pack.Seal >= Seals.Length || pack.FirstFrame < next || pack.FirstFrame > Frames.Length)
            {
                throw new InvalidEncodingException("a pack is too long, or names a key or frames that are not there");
            }

            next = pack.FirstFrame;
        }
    }

    private void RequireFrames(string subject)
    {
        ReadOnlySpan<PackEntry> packs = Packs;
        uint number = 0;
        uint end = 0;
        for (int i = 0; i < Frames.Length; i++)
        {
            ref readonly FrameRecord frame = ref Frames[i];
            if (frame.Pack >= packs.Length || i < packs[(int)frame.Pack].FirstFrame || frame.Pack < number
                || (frame.Pack + 1 < packs.Length && i >= packs[(int)frame.Pack + 1].FirstFrame))
            {
                throw new InvalidEncodingException($"its frame {i} is of no pack that has it");
            }

            end = frame.Pack == number ? Math.Max(end, PackHeader.Length) : PackHeader.Length;
            number = frame.Pack;
            if (frame.Codec > FrameCodec.Zstd)
            {
                throw new NewerFormatException(subject, $"codec {(byte)frame.Codec}");
            }

            if (frame.Offset < end
                || frame.StoredLength <= FrameCipher.Overhead
                || frame.Offset + (ulong)frame.StoredLength + PackLayout.TrailerLength > packs[(int)number].Length
                || frame.PlainLength is 0 or > PackLayout.MaxFramePlain)
            {
                throw new InvalidEncodingException($"its frame {i} does not lie within its pack");
            }

            end = frame.Offset + frame.StoredLength;
        }
    }

    /// <summary>A table of records as they lie in the object.</summary>
    private sealed class Sink<T> : IRecordSink, IDisposable
        where T : unmanaged
    {
        private readonly NativeTable<T> _records = new();

        public int RecordLength => Unsafe.SizeOf<T>();

        internal ReadOnlySpan<T> Span => _records.Span;

        public void Add(ReadOnlySpan<byte> record) => _records.Add(1)[0] = MemoryMarshal.Read<T>(record);

        public void Dispose() => _records.Dispose();
    }
}
