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
        (Table, int, long)[] list =
        [
            (Table.Replaced, ObjectId.Length, replaced.Count),
            (Table.RunKeys, Unsafe.SizeOf<SealRecord>(), tables.Seals.Length),
            (Table.Packs, Unsafe.SizeOf<PackEntry>(), tables.Packs.Length),
            (Table.Frames, Unsafe.SizeOf<FrameRecord>(), tables.Frames.Length),
            (Table.Chunks, Unsafe.SizeOf<ChunkRecord>(), tables.Chunks.Length),
        ];
        return Encode(run, kind, list, rest =>
        {
            rest.Add<ObjectId>(Table.Replaced, [.. replaced]);
            rest.Add(Table.RunKeys, tables.Seals);
            rest.Add(Table.Packs, tables.Packs);
            rest.Add(Table.Frames, tables.Frames);
            rest.Add(Table.Chunks, tables.Chunks);
        });
    }

    /// <summary>Encodes, encrypts and signs an object that lists what a run does.</summary>
    /// <param name="run">Who writes it.</param>
    /// <param name="tables">What it lists.</param>
    /// <param name="replaced">The objects that need not be read besides it.</param>
    internal static byte[] Encode(WritingRun run, RunTables tables, IReadOnlyCollection<ObjectId> replaced)
    {
        (Table Table, RunTable Source)[] sources =
        [
            (Table.RunKeys, RunTable.Seals),
            (Table.Packs, RunTable.Packs),
            (Table.Frames, RunTable.Frames),
            (Table.Chunks, RunTable.Chunks),
        ];
        (Table, int, long)[] list =
        [
            (Table.Replaced, ObjectId.Length, replaced.Count),
            .. sources.Select(source => (source.Table, RunLayout.RecordLength(source.Source), tables.Layout.Of(source.Source).Count)),
        ];
        return Encode(run, tables.Kind, list, rest =>
        {
            rest.Add<ObjectId>(Table.Replaced, [.. replaced]);
            Array.ForEach(sources, source => rest.Add(source.Table, tables, source.Source));
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

    /// <param name="run">Who writes it.</param>
    /// <param name="kind">What its chunks hold.</param>
    /// <param name="list">The tables: length and count of the records of each.</param>
    /// <param name="write">Adds their records.</param>
    private static byte[] Encode(
        WritingRun run, ChunkKind kind, (Table Table, int Length, long Count)[] list, Action<SealedTables> write)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(SaltLength);
        ByteWriter extra = new();
        FieldWriter fields = new(extra);
        fields.Number(KindTag, (ulong)kind);
        fields.Bytes(SaltTag, salt);
        return SignedObject.Write(FormatKind.Index, run, extra, clear =>
        {
            byte[] key = new byte[Sealing.KeyLength];
            try
            {
                KeyDerivation.Derive(run.Keys.IndexKey(run.Keys.Epoch), "index-block", salt, key);
                SealedTables rest = new(key, list.Sum(table => SealedTables.LengthOf(table.Length, table.Count)));
                write(rest);
                KeyDerivation.Derive(run.Keys.IndexKey(run.Keys.Epoch), "index-head", salt, key);
                return (Sealing.Seal(key, clear, PaddedContent.Wrap(EncodeHead(list))), rest.Bytes);
            }
            finally
            {
                CryptographicOperations.ZeroMemory(key);
            }
        });
    }

    private static byte[] EncodeHead((Table Table, int Length, long Count)[] tables)
    {
        ByteWriter value = new();
        value.Varint((ulong)tables.Length);
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
        IndexObject? result = null;
        try
        {
            KeyDerivation.Derive(keys.IndexKey(epoch), "index-head", salt, key);
            ReadOnlyMemory<byte>? opened =
                trust == ObjectTrust.None ? signed.TryOpenHead(content, key) : signed.OpenHead(content, key, subject);
            if (opened is not ReadOnlyMemory<byte> plain)
            {
                return null;
            }

            FieldSet head = new(plain.Span, subject, TablesTag);
            List<(byte Number, int Length, long Count)> tables = ReadHead(head);
            KeyDerivation.Derive(keys.IndexKey(epoch), "index-block", salt, key);
            result = new IndexObject(
                (ChunkKind)fields.Number(KindTag, byte.MaxValue), id, content.Length, trust != ObjectTrust.None)
            {
                Signer = fields.ShortId(5),
                HasMore = fields.HasMore || head.HasMore,
            };
            ReadTables(result, tables, signed.Rest(content, subject), key, subject);
            result.RequireValid(subject);
            return result;
        }
        catch
        {
            result?.Dispose();
            throw;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static List<(byte Number, int Length, long Count)> ReadHead(FieldSet fields)
    {
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

            result.HasMore |= length != sink?.RecordLength;
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

    /// <summary>The rest of an object: its tables, each block sealed, and random filler. Its length is known before, so that there is
    /// one of it.</summary>
    private sealed class SealedTables
    {
        private readonly byte[] _key;
        private int _used;

        /// <param name="key">Seals the blocks.</param>
        /// <param name="length">Bytes of all tables.</param>
        internal SealedTables(byte[] key, long length)
        {
            _key = key;
            Bytes = new byte[Padme.RoundUp(length)];
            RandomNumberGenerator.Fill(Bytes.AsSpan((int)length));
        }

        internal byte[] Bytes { get; }

        /// <summary>Bytes of a table.</summary>
        internal static long LengthOf(int recordLength, long count)
        {
            int perBlock = RunLayout.BlockLength / recordLength;
            return (count * recordLength) + ((count + perBlock - 1) / perBlock * Sealing.Overhead);
        }

        /// <summary>Adds a table.</summary>
        internal void Add<T>(Table table, ReadOnlySpan<T> records)
            where T : unmanaged
        {
            ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(records);
            int block = RunLayout.BlockLength / Unsafe.SizeOf<T>() * Unsafe.SizeOf<T>();
            for (int at = 0, n = 0; at < bytes.Length; at += block, n++)
            {
                AddBlock(table, n, bytes.Slice(at, Math.Min(block, bytes.Length - at)));
            }
        }

        /// <summary>Adds a table of a run, which has as many records in a block.</summary>
        /// <exception cref="RunFileException">The run cannot be read or is torn.</exception>
        internal void Add(Table table, RunTables run, RunTable source)
        {
            TablePlace place = run.Layout.Of(source);
            byte[] scratch = new byte[RunLayout.BlockLength];
            for (long n = 0; n < place.Blocks; n++)
            {
                AddBlock(table, n, run.ReadBlock(in place, n, scratch)[..(place.RecordsIn(n) * place.RecordLength)]);
            }
        }

        private void AddBlock(Table table, long n, ReadOnlySpan<byte> plain)
        {
            Span<byte> context = stackalloc byte[BlockContextLength];
            byte[] sealedBlock = Sealing.Seal(_key, ContextOf(context, (byte)table, n), plain);
            sealedBlock.CopyTo(Bytes, _used);
            _used += sealedBlock.Length;
        }
    }
}
