using System.Buffers.Binary;
using System.Security.Cryptography;
using SnapFs.Binary;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Writing;
using SnapFs.Snapshots;

namespace SnapFs.Repository.Objects;

/// <summary>Encodes heads objects: many snapshots of a domain, or their signed parts, in one object, so that they need not be fetched
/// one by one (<c>docs/format.md</c> section 6.2).</summary>
internal static class HeadsCodec
{
    /// <summary>The largest object a reader accepts, bytes.</summary>
    internal const int MaxLength = 256 * 1024 * 1024;

    /// <summary>The largest object this version writes, bytes.</summary>
    internal const int MaxWritten = 64 * 1024 * 1024;

    /// <summary>The largest sealed block a reader accepts, bytes.</summary>
    internal const int MaxBlock = 4 * 1024 * 1024;

    /// <summary>The largest sealed block this version writes, bytes.</summary>
    internal const int MaxWrittenBlock = 1024 * 1024;

    /// <summary>The most bytes of a varint that counts or measures what is in a block.</summary>
    private const int MaxVarint = 4;

    private const byte SaltTag = 15;
    private const byte BlocksTag = 1;
    private const byte ReplacedTag = 3;
    private const int SaltLength = 16;

    /// <summary>Whether an object is one, of whatever version, well formed or not: it lies among those of the index.</summary>
    internal static bool IsHeads(ReadOnlySpan<byte> content) =>
        Envelope.IsOfSuite(content) && content[4] == (byte)FormatKind.Heads;

    /// <summary>Encodes, encrypts and signs an object.</summary>
    /// <param name="run">Who writes it.</param>
    /// <param name="entries">What it holds.</param>
    /// <param name="replaced">The heads objects that need not be read besides it.</param>
    /// <exception cref="EncodingLimitException">An entry has no room in a block, or the object would be too long.</exception>
    internal static byte[] Encode(WritingRun run, IReadOnlyList<HeadsEntry> entries, params IReadOnlyCollection<ObjectId> replaced)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(SaltLength);
        ByteWriter extra = new();
        new FieldWriter(extra).Bytes(SaltTag, salt);
        byte[] content = SignedObject.Write(FormatKind.Heads, run, extra, clear =>
        {
            Span<byte> key = stackalloc byte[Sealing.KeyLength];
            try
            {
                KeyDerivation.Derive(run.Keys.IndexKey(run.Keys.Epoch), "heads-block", salt, key);
                byte[] rest = EncodeBlocks(key, entries, out uint blocks);
                ByteWriter names = new();
                NameList.Write(names, replaced);
                ByteWriter head = new();
                FieldWriter fields = new(head);
                fields.Number(BlocksTag, blocks);
                fields.Bytes(ReplacedTag, names.Written);
                KeyDerivation.Derive(run.Keys.IndexKey(run.Keys.Epoch), "heads-head", salt, key);
                return (Sealing.Seal(key, clear, PaddedContent.Wrap(head.Written)), rest);
            }
            finally
            {
                CryptographicOperations.ZeroMemory(key);
            }
        });
        Require(SignedObject.TryRead(content, FormatKind.Heads) is not null, "a heads object replaces too many others");
        Require(content.Length <= MaxWritten, $"a heads object has {content.Length} bytes, more than {MaxWritten}");
        return content;
    }

    /// <summary>Checks an object and takes out what it holds, block by block.</summary>
    /// <param name="keys">The keys of its domain.</param>
    /// <param name="content">The whole object, its name already checked.</param>
    /// <param name="id">Its name.</param>
    /// <param name="subject">The object, for messages.</param>
    /// <param name="take">Is given what the object says of itself, and each entry, also those before one that is malformed. Nothing
    /// is known of an entry but that who signed the object put it there.</param>
    /// <returns>What the object says of itself; null if it does not count, or is of an epoch that was not granted.</returns>
    /// <exception cref="DamagedException">It counts and is malformed.</exception>
    /// <exception cref="NewerFormatException">A newer version wrote it.</exception>
    internal static HeadsOrigin? Decode(
        IDomainKeys keys, ReadOnlySpan<byte> content, in ObjectId id, string subject, Action<HeadsOrigin, HeadsEntry> take)
    {
        try
        {
            return DecodeFormed(keys, content, id, subject, take);
        }
        catch (InvalidEncodingException e)
        {
            throw new DamagedException(subject, e.Message, e);
        }
    }

    private static HeadsOrigin? DecodeFormed(
        IDomainKeys keys, ReadOnlySpan<byte> content, in ObjectId id, string subject, Action<HeadsOrigin, HeadsEntry> take)
    {
        if (SignedObject.TryRead(content, FormatKind.Heads) is not SignedObject signed
            || signed.Check(keys, content, id, out ObjectTrust trust) is not ObjectOrigin origin
            || trust == ObjectTrust.None)
        {
            return null;
        }

        FieldSet clear = signed.Fields(content, subject, SaltTag);
        uint epoch = EpochObject.ReadNumber(clear.Number(7));
        if (!keys.Has(epoch))
        {
            return null;
        }

        byte[] salt = clear.Fixed(SaltTag, SaltLength);
        Span<byte> key = stackalloc byte[Sealing.KeyLength];
        try
        {
            KeyDerivation.Derive(keys.IndexKey(epoch), "heads-head", salt, key);
            FieldSet head = new(signed.OpenHead(content, key, subject).Span, subject, BlocksTag, ReplacedTag);
            HeadsOrigin result = new(origin.Signer, NameList.Read(head.Bytes(ReplacedTag)));
            KeyDerivation.Derive(keys.IndexKey(epoch), "heads-block", salt, key);
            ByteReader rest = new(signed.Rest(content, subject));
            uint blocks = (uint)head.Number(BlocksTag, uint.MaxValue);
            for (uint n = 0; n < blocks; n++)
            {
                ReadBlock(key, n, ref rest, entry => take(result, entry));
            }

            rest.End();
            return result;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static void ReadBlock(scoped ReadOnlySpan<byte> key, uint n, ref ByteReader rest, Action<HeadsEntry> take)
    {
        uint length = rest.UInt32();
        if (length > MaxBlock)
        {
            throw new InvalidEncodingException($"its block {n} has {length} bytes, more than {MaxBlock}");
        }

        if (!Sealing.TryOpen(key, ContextOf(n), rest.Bytes((int)length), out byte[]? padded))
        {
            throw new InvalidEncodingException($"its block {n} does not decrypt");
        }

        ReadOnlyMemory<byte> plain = PaddedContent.Unwrap(padded);
        ByteReader block = new(plain.Span);
        for (int left = block.VarintInt32(plain.Length / ObjectId.Length); left > 0; left--)
        {
            ObjectId name = ObjectId.Read(block.Bytes(ObjectId.Length));
            int size = block.LengthPrefixed(SnapshotLimits.MaxObject).Length;
            take(new HeadsEntry(name, plain.Slice(block.Position - size, size)));
        }

        block.End();
    }

    private static byte[] EncodeBlocks(ReadOnlySpan<byte> key, IReadOnlyList<HeadsEntry> entries, out uint blocks)
    {
        ByteWriter rest = new();
        blocks = 0;
        for (int done = 0; done < entries.Count; blocks++)
        {
            byte[] block = Seal(key, blocks, entries, ref done);
            rest.UInt32((uint)block.Length);
            rest.Bytes(block);
        }

        return rest.ToArray();
    }

    /// <summary>Seals as many entries as a block has room for.</summary>
    private static byte[] Seal(ReadOnlySpan<byte> key, uint n, IReadOnlyList<HeadsEntry> entries, ref int done)
    {
        ByteWriter list = new();
        int first = done;
        for (; done < entries.Count; done++)
        {
            HeadsEntry entry = entries[done];
            int length = list.Length + ObjectId.Length + MaxVarint + entry.Bytes.Length;
            if (PaddedContent.PaddedLength(MaxVarint + length) + Sealing.Overhead > MaxWrittenBlock)
            {
                break;
            }

            list.Bytes(entry.Snapshot.Span);
            list.LengthPrefixed(entry.Bytes.Span);
        }

        Require(done > first, "a snapshot has no room in a block of a heads object");
        ByteWriter block = new(list.Length + MaxVarint);
        block.Varint((ulong)(done - first));
        block.Bytes(list.Written);
        return Sealing.Seal(key, ContextOf(n), PaddedContent.Wrap(block.Written));
    }

    private static byte[] ContextOf(uint block)
    {
        byte[] context = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(context, block);
        return context;
    }

    private static void Require(bool condition, string reason)
    {
        if (!condition)
        {
            throw new EncodingLimitException(reason);
        }
    }
}

/// <summary>What a heads object says of a snapshot.</summary>
/// <param name="Snapshot">The name of the snapshot.</param>
/// <param name="Bytes">All its bytes, or those up to the end of its signature.</param>
internal readonly record struct HeadsEntry(ObjectId Snapshot, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Whether the bytes are those of the object of that name: then it does not matter who says so. What is signed of a
    /// snapshot does not tell its name, so for less than all bytes somebody's word has to be taken.</summary>
    internal bool IsProven() => ObjectId.Of(Bytes.Span) == Snapshot;
}

/// <summary>What a heads object that counts says of itself.</summary>
/// <param name="Signer">Who wrote it.</param>
/// <param name="Replaced">The heads objects that need not be read besides it.</param>
internal sealed record HeadsOrigin(ShortId Signer, IReadOnlyList<ObjectId> Replaced);
