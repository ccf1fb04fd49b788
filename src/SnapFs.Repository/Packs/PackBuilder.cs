using System.Buffers.Binary;
using System.Security.Cryptography;
using SnapFs.Binary;
using SnapFs.Chunks;
using SnapFs.Cryptography;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Objects;
using SnapFs.Repository.Writing;
using SnapFs.Sizes;

namespace SnapFs.Repository.Packs;

/// <summary>Fills one pack in memory. Not thread-safe: <c>PackStream</c> guards it.</summary>
internal sealed class PackBuilder : IDisposable
{
    /// <summary>A pack of more chunks is full as well: its table is in memory, and of tiny chunks it is longer than these.</summary>
    internal const int MaxChunks = 128 * 1024;

    private readonly WritingRun _run;
    private readonly PackSize _size;
    private readonly PackHeader _header;
    private readonly FrameCipher _cipher;
    private readonly PackDescription _description;
    private readonly ByteWriter _frames;
    private readonly ByteWriter _footer;
    private readonly PackBuffer _buffer;
    private int _length;
    private bool _isFinished;

    /// <param name="run">The run that writes it.</param>
    /// <param name="kind">What its chunks hold.</param>
    /// <param name="size">When it is full.</param>
    /// <param name="buffer">Memory to fill; it grows if it must.</param>
    /// <param name="frames">For the table of frames, until the pack is finished.</param>
    /// <param name="footer">For the footer.</param>
    internal PackBuilder(
        WritingRun run, ChunkKind kind, PackSize size, PackBuffer buffer, ByteWriter frames, ByteWriter footer)
    {
        _run = run;
        _size = size;
        _frames = frames;
        _frames.Clear();
        _footer = footer;
        _buffer = buffer;
        RunKey key = run.Key(kind);
        byte[] salt = RandomNumberGenerator.GetBytes(FrameCipher.SaltLength);
        _header = new PackHeader(run.Keys.Domain, key.Epoch, kind, salt);
        _cipher = new FrameCipher(key.Secret, salt);
        _description = new PackDescription
        {
            Domain = run.Keys.Domain,
            Epoch = key.Epoch,
            Kind = kind,
            Salt = salt,
            Signer = run.Keys.Signer,
            Sequence = run.Sequence,
            Run = run.Id,
            RunKey = key.Sealed,
        };
        _header.ToArray().CopyTo(_buffer.Span);
        _length = PackHeader.Length;
    }

    /// <summary>Whether nothing was added.</summary>
    internal bool IsEmpty => _description.Frames.Count == 0;

    /// <summary>
    /// Whether this is a good moment to finish: large enough, and the filler that hides its true size is small, or it
    /// will not get better.
    /// </summary>
    internal bool IsFull
    {
        get
        {
            int length = _length + _frames.Length;
            if (length >= _size.Max || _description.Chunks.Count >= MaxChunks)
            {
                return true;
            }

            if (length < _size.Target)
            {
                return false;
            }

            long natural = NaturalLength();
            return Padme.RoundUp(natural) - natural <= natural / 256;
        }
    }

    /// <summary>Encrypts a frame and appends it.</summary>
    /// <param name="payload">The compressed or plain bytes.</param>
    /// <param name="codec">Which of the two.</param>
    /// <param name="plainLength">Sum of the lengths of <paramref name="chunks"/>.</param>
    /// <param name="chunks">What the frame holds.</param>
    internal void Append(
        ReadOnlySpan<byte> payload, FrameCodec codec, uint plainLength, ReadOnlySpan<PackChunk> chunks)
    {
        int stored = payload.Length + FrameCipher.Overhead;
        _buffer.EnsureCapacity(_length + stored);
        Span<byte> nonceInput = stackalloc byte[ChunkId.Length];
        NonceInput(chunks, nonceInput);
        _cipher.Encrypt(nonceInput, (byte)codec, payload, plainLength, _buffer.Span.Slice(_length, stored));
        PackFrame frame = new(
            (uint)_length, (uint)stored, plainLength, codec, _description.Chunks.Count, chunks.Length);
        _description.Frames.Add(frame);
        _description.Chunks.AddRange(chunks);
        PackDescriptionCodec.WriteFrame(_frames, in frame, chunks);
        _length += stored;
    }

    /// <summary>Adds filler, footer, signature and trailer.</summary>
    internal FinishedPack Finish()
    {
        long natural = NaturalLength();
        int filler = (int)(Padme.RoundUp(natural) - natural);
        _footer.Clear();
        PackDescriptionCodec.Write(_footer, _description, _frames.Written);
        byte[] footer = PackLayout.SealFooter(_run.Keys, _header, _footer.Written);
        _buffer.EnsureCapacity(_length + filler + footer.Length + PackLayout.TrailerLength);
        RandomNumberGenerator.Fill(_buffer.Span.Slice(_length, filler));
        _length += filler;
        footer.CopyTo(_buffer.Span[_length..]);
        _length += footer.Length;
        byte[] signature = _run.Keys.Sign(FormatKind.Pack, PackLayout.SignedBytes(_header, footer));
        signature.CopyTo(_buffer.Span[_length..]);
        _length += signature.Length;
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer.Span[_length..], (uint)footer.Length);
        _length += sizeof(uint);
        _isFinished = true;
        return new FinishedPack(_buffer, _length, _description);
    }

    /// <summary>Lets go of the key, and of the memory unless <see cref="Finish"/> handed it on.</summary>
    public void Dispose()
    {
        _cipher.Dispose();
        if (!_isFinished)
        {
            ((IDisposable)_buffer).Dispose();
        }
    }

    /// <summary>
    /// What a nonce is made from: the ids of the frame's chunks. Equal nonces under one key then mean equal
    /// content, even in a virtual machine that was resumed twice.
    /// </summary>
    private static void NonceInput(ReadOnlySpan<PackChunk> chunks, Span<byte> destination)
    {
        if (chunks.Length == 1)
        {
            chunks[0].Id.Span.CopyTo(destination);
            return;
        }

        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (ref readonly PackChunk chunk in chunks)
        {
            hash.AppendData(chunk.Id.Span);
        }

        hash.GetHashAndReset(destination);
    }

    /// <summary>Length of the pack if it were finished now, without filler.</summary>
    private long NaturalLength()
    {
        _footer.Clear();
        PackDescriptionCodec.Write(_footer, _description, default);
        int content = _footer.Length + _frames.Length + VarintLength(_frames.Length) - 1;
        return _length + PackLayout.SealedFooterLength(content) + PackLayout.TrailerLength;
    }

    private static int VarintLength(int value)
    {
        int length = 1;
        while (value >= 0x80)
        {
            value >>= 7;
            length++;
        }

        return length;
    }
}
