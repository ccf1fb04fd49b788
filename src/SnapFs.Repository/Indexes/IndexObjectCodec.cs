using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using SnapFs.Binary;
using SnapFs.Chunks;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Objects;
using SnapFs.Repository.Writing;
using SnapFs.Sizes;

namespace SnapFs.Repository.Indexes;

/// <summary>Encodes segments and catalogues: which chunks lie where, in tables of blocks that are sealed one by one
/// (<c>docs/format.md</c> section 6.1).</summary>
internal static class IndexObjectCodec
{
    /// <summary>The largest object a reader accepts, bytes.</summary>
    internal const int MaxLength = 256 * 1024 * 1024;

    private const byte KindTag = 13;
    private const byte SaltTag = 15;
    private const byte TablesTag = 1;
    private const int SaltLength = 16;
    private const int BlockContextLength = 1 + sizeof(uint);

    /// <summary>The tables by their numbers, in the order in which they stand.</summary>
    private enum Table : byte
    {
        Replaced = 1,
        RunKeys = 3,
        Packs = 5,
        Frames = 7,
        Chunks = 9,
    }

    /// <summary>Encodes, encrypts and signs an object.</summary>
    /// <param name="run">Who writes it.</param>
    /// <param name="kind">What its chunks hold.</param>
    /// <param name="tables">What it lists.</param>
    /// <param name="replaced">The objects that need not be read besides it.</param>
    internal static byte[] Encode(
        WritingRun run, ChunkKind kind, IndexRunBuilder tables, params IReadOnlyCollection<ObjectId> replaced)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(SaltLength);
        ByteWriter extra = new();
        FieldWriter fields = new(extra);
        fields.Number(KindTag, (ulong)kind);
        fields.Bytes(SaltTag, salt);
        return SignedObject.Write(FormatKind.Index, run, extra, clear =>
        {
            Span<byte> key = stackalloc byte[Sealing.KeyLength];
            DeriveKey(run.Keys.IndexKey(run.Keys.Epoch), "index-block", salt, key);
            ObjectId[] names = [.. replaced];
            List<(Table Table, int Length, long Count)> list = [];
            ByteWriter rest = new((int)Math.Min(tables.MaxLength, MaxLength));
            Write(rest, list, key, Table.Replaced, MemoryMarshal.AsBytes(names.AsSpan()), ObjectId.Length);
            Write(rest, list, key, Table.RunKeys, MemoryMarshal.AsBytes(tables.Seals), Unsafe.SizeOf<SealRecord>());
            Write(rest, list, key, Table.Packs, MemoryMarshal.AsBytes(tables.Packs), Unsafe.SizeOf<PackEntry>());
            Write(rest, list, key, Table.Frames, MemoryMarshal.AsBytes(tables.Frames), Unsafe.SizeOf<FrameRecord>());
            Write(rest, list, key, Table.Chunks, MemoryMarshal.AsBytes(tables.Chunks), Unsafe.SizeOf<ChunkRecord>());
            rest.Bytes(RandomNumberGenerator.GetBytes((int)(Padme.RoundUp(rest.Length) - rest.Length)));
            DeriveKey(run.Keys.IndexKey(run.Keys.Epoch), "index-head", salt, key);
            byte[] head = Sealing.Seal(key, clear, PaddedContent.Wrap(EncodeHead(list)));
            CryptographicOperations.ZeroMemory(key);
            return (head, rest.ToArray());
        });
    }

    /// <summary>Checks and decrypts an object.</summary>
    /// <param name="keys">The keys of its domain.</param>
    /// <param name="content">The whole object, its name already checked.</param>
    /// <param name="id">Its name.</param>
    /// <param name="subject">The object, for messages.</param>
    /// <returns>What it lists, to be disposed of; null if that cannot be opened with the domain's keys.</returns>
    /// <exception cref="DamagedException">It is malformed.</exception>
    /// <exception cref="NewerFormatException">A newer version wrote it.</exception>
    internal static IndexObject? Decode(IDomainKeys keys, ReadOnlySpan<byte> content, in ObjectId id, string subject)
    {
        try
        {
            return DecodeFormed(keys, content, id, subject);
        }
        catch (InvalidEncodingException e)
        {
            throw new DamagedException(subject, e.Message, e);
        }
    }

    private static IndexObject? DecodeFormed(
        IDomainKeys keys, ReadOnlySpan<byte> content, in ObjectId id, string subject)
    {
        if (SignedObject.TryRead(content, FormatKind.Index) is not SignedObject signed
            || signed.Check(keys, content, id, out ObjectTrust trust) is null)
        {
            return null;
        }

        // One that nobody signed who may is still of use if who made it had the keys of the domain.
        FieldSet fields = signed.Fields(content, subject, KindTag, SaltTag);
        uint epoch = EpochObject.ReadNumber(fields.Number(7));
        if (!keys.Has(epoch))
        {
            return null;
        }

        byte[] salt = fields.Fixed(SaltTag, SaltLength);
        Span<byte> key = stackalloc byte[Sealing.KeyLength];
        DeriveKey(keys.IndexKey(epoch), "index-head", salt, key);
        ReadOnlyMemory<byte>? head =
            trust == ObjectTrust.None ? signed.TryOpenHead(content, key) : signed.OpenHead(content, key, subject);
        if (head is null)
        {
            return null;
        }

        List<(byte Number, int Length, long Count)> tables = ReadHead(head.Value.Span, subject);
        DeriveKey(keys.IndexKey(epoch), "index-block", salt, key);
        IndexObject result = new((ChunkKind)fields.Number(KindTag, byte.MaxValue), id, content.Length, trust != ObjectTrust.None);
        try
        {
            ReadTables(result, tables, signed.Rest(content, subject), key, subject);
            result.RequireValid(subject);
            return result;
        }
        catch
        {
            result.Dispose();
            throw;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static void Write(
        ByteWriter rest, List<(Table, int, long)> list, ReadOnlySpan<byte> key, Table table, ReadOnlySpan<byte> records, int length)
    {
        list.Add((table, length, records.Length / length));
        Span<byte> context = stackalloc byte[BlockContextLength];
        int block = RunLayout.BlockLength / length * length;
        for (int at = 0, n = 0; at < records.Length; at += block, n++)
        {
            ReadOnlySpan<byte> plain = records.Slice(at, Math.Min(block, records.Length - at));
            rest.Bytes(Sealing.Seal(key, ContextOf(context, (byte)table, n), plain));
        }
    }

    private static byte[] EncodeHead(List<(Table Table, int Length, long Count)> tables)
    {
        ByteWriter value = new();
        value.Varint((ulong)tables.Count);
        foreach ((Table table, int length, long count) in tables)
        {
            value.Varint((ulong)table);
            value.Varint((ulong)length);
            value.Varint((ulong)count);
        }

        ByteWriter list = new();
        new FieldWriter(list).Bytes(TablesTag, value.Written);
        return list.ToArray();
    }

    private static List<(byte Number, int Length, long Count)> ReadHead(ReadOnlySpan<byte> head, string subject)
    {
        FieldSet fields = new(head, subject, TablesTag);
        ByteReader reader = new(fields.Bytes(TablesTag));
        List<(byte, int, long)> tables = [];
        int last = 0;
        for (int left = reader.VarintInt32(byte.MaxValue); left > 0; left--)
        {
            int number = reader.VarintInt32(byte.MaxValue);
            int length = reader.VarintInt32(RunLayout.BlockLength);
            long count = reader.VarintInt32(int.MaxValue);
            if (number <= last || length == 0)
            {
                throw new InvalidEncodingException($"its table {number} has records of {length} bytes, after table {last}");
            }

            tables.Add(((byte)number, length, count));
            last = number;
        }

        reader.End();
        return tables;
    }

    private static void ReadTables(
        IndexObject result,
        List<(byte Number, int Length, long Count)> tables,
        ReadOnlySpan<byte> rest,
        ReadOnlySpan<byte> key,
        string subject)
    {
        foreach ((byte number, int length, long count) in tables)
        {
            IRecordSink? sink = (Table)number switch
            {
                Table.Replaced => result.ReplacedSink,
                Table.RunKeys => result.SealSink,
                Table.Packs => result.PackSink,
                Table.Frames => result.FrameSink,
                Table.Chunks => result.ChunkSink,
                _ when number % 2 == 1 => throw new NewerFormatException(subject, $"table {number}"),
                _ => null,
            };
            if (sink is not null && length < sink.RecordLength)
            {
                throw new InvalidEncodingException($"its table {number} has records of {length} bytes");
            }

            int perBlock = RunLayout.BlockLength / length;
            for (long done = 0, n = 0; done < count; done += perBlock, n++)
            {
                int records = (int)Math.Min(perBlock, count - done);
                int stored = (records * length) + Sealing.Overhead;
                if (rest.Length < stored)
                {
                    throw new InvalidEncodingException($"its table {number} ends before its block {n}");
                }

                if (sink is not null)
                {
                    ReadBlock(sink, number, length, n, rest[..stored], key);
                }

                rest = rest[stored..];
            }
        }
    }

    private static void ReadBlock(
        IRecordSink sink, byte number, int length, long n, ReadOnlySpan<byte> stored, ReadOnlySpan<byte> key)
    {
        Span<byte> context = stackalloc byte[BlockContextLength];
        if (!Sealing.TryOpen(key, ContextOf(context, number, n), stored, out byte[]? plain))
        {
            throw new InvalidEncodingException($"block {n} of its table {number} does not decrypt");
        }

        for (int at = 0; at < plain.Length; at += length)
        {
            sink.Add(plain.AsSpan(at, sink.RecordLength));
        }
    }

    private static ReadOnlySpan<byte> ContextOf(Span<byte> context, byte table, long block)
    {
        context[0] = table;
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(context[1..], (uint)block);
        return context;
    }

    private static void DeriveKey(ReadOnlySpan<byte> indexKey, string purpose, ReadOnlySpan<byte> salt, Span<byte> key) =>
        KeyDerivation.Derive(indexKey, purpose, salt, key);
}
