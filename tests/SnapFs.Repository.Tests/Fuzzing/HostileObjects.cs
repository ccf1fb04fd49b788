using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using SnapFs.Binary;
using SnapFs.Chunks;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Indexes;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Objects;
using SnapFs.Repository.Writing;

namespace SnapFs.Repository.Tests.Fuzzing;

/// <summary>
/// Wraps content of any kind in the encryption and signatures that belong around it: what an agent that was broken
/// into can store. Damage that a hash or tag catches says nothing about the parser behind it.
/// </summary>
internal static class HostileObjects
{
    private static readonly byte[] Salt = [.. Enumerable.Range(1, 16).Select(i => (byte)i)];

    /// <summary>An envelope with a field list.</summary>
    internal static byte[] Plain(FormatKind kind, ReadOnlySpan<byte> fields)
    {
        ByteWriter list = new();
        list.Bytes(fields);
        ByteWriter writer = new();
        Envelope.Write(writer, kind, list);
        return writer.ToArray();
    }

    /// <summary>An envelope with a field list and the signature of who writes in a domain.</summary>
    internal static byte[] Signed(IDomainKeys keys, FormatKind kind, ReadOnlySpan<byte> fields)
    {
        byte[] plain = Plain(kind, fields);
        return [.. plain, .. keys.Sign(kind, plain)];
    }

    /// <summary>An object of <c>keys/</c> or <c>gc/</c> that an authority signed.</summary>
    internal static KeyObject Certified(
        AdministratorSecrets authority, in ObjectId repository, FormatKind kind, ReadOnlySpan<byte> fields)
    {
        ByteWriter list = new();
        list.Bytes(fields);
        byte[] content = authority.Sign(kind, list, repository);
        return new KeyObject(ObjectId.Of(content), kind, content);
    }

    /// <summary>The field list of an object.</summary>
    internal static byte[] FieldsOf(byte[] content, FormatKind kind)
    {
        Envelope.Read(content, kind, "sample", out ReadOnlySpan<byte> fields);
        return fields.ToArray();
    }

    /// <summary>A snapshot of a head and a body.</summary>
    internal static byte[] Snapshot(WritingRun run, byte[] head, byte[] body)
    {
        ByteWriter extra = new();
        new FieldWriter(extra).Number(13, 0);
        RunKey trees = run.Key(ChunkKind.Tree);
        return SignedObject.Write(FormatKind.Snapshot, run, extra, clear => (
            Seal(run.Keys.IndexKey(run.Keys.Epoch), "snapshot-head", [], clear, PaddedContent.Wrap(head)),
            [.. trees.Sealed, .. Seal(trees.Secret, "snapshot-body", run.Id.ToArray(), clear, PaddedContent.Wrap(body))]));
    }

    /// <summary>A heads object of any head, with any blocks behind it.</summary>
    internal static byte[] Heads(WritingRun run, byte[] head, byte[] rest)
    {
        ByteWriter extra = new();
        new FieldWriter(extra).Bytes(15, Salt);
        return SignedObject.Write(FormatKind.Heads, run, extra, clear => (
            Seal(run.Keys.IndexKey(run.Keys.Epoch), "heads-head", Salt, clear, PaddedContent.Wrap(head)), rest));
    }

    /// <summary>The head of a heads object that replaces no other.</summary>
    internal static byte[] HeadsHead(ulong blocks)
    {
        ByteWriter list = new();
        FieldWriter fields = new(list);
        fields.Number(1, blocks);
        fields.Bytes(3, [0]);
        return list.ToArray();
    }

    /// <summary>The first block of a heads object.</summary>
    internal static byte[] HeadsBlock(IDomainKeys keys, byte[] entries)
    {
        byte[] block = Seal(keys.IndexKey(keys.Epoch), "heads-block", Salt, new byte[4], PaddedContent.Wrap(entries));
        return [.. BitConverter.GetBytes(block.Length), .. block];
    }

    /// <summary>An object of the index with any head before the tables of a sample.</summary>
    /// <param name="run">Who writes it.</param>
    /// <param name="head">The head.</param>
    /// <param name="rest">What follows the signature.</param>
    /// <param name="more">Clear fields after those that are known.</param>
    internal static byte[] Index(WritingRun run, byte[] head, byte[] rest, params ReadOnlySpan<byte> more)
    {
        ByteWriter extra = new();
        FieldWriter fields = new(extra);
        fields.Number(13, (ulong)ChunkKind.Data);
        fields.Bytes(15, Salt);
        extra.Bytes(more);
        return SignedObject.Write(FormatKind.Index, run, extra, clear => (
            Seal(run.Keys.IndexKey(run.Keys.Epoch), "index-head", Salt, clear, PaddedContent.Wrap(head)), rest));
    }

    /// <summary>The head of an object of the index with the four tables of packs, of records as long as they should be.</summary>
    internal static byte[] IndexHead(params ReadOnlySpan<int> counts)
    {
        ByteWriter value = new();
        value.Varint(4UL);
        for (int i = 0; i < 4; i++)
        {
            value.Varint((ulong)TableOf(i).Number);
            value.Varint((ulong)TableOf(i).Length);
            value.Varint((ulong)counts[i]);
        }

        ByteWriter list = new();
        new FieldWriter(list).Bytes(1, value.Written);
        return list.ToArray();
    }

    /// <summary>Records of the four tables, each with their count as u16 in front.</summary>
    internal static byte[] RecordsOf(IndexRunBuilder tables)
    {
        ByteWriter writer = new();
        Append(writer, MemoryMarshal.AsBytes(tables.Seals), tables.Seals.Length);
        Append(writer, MemoryMarshal.AsBytes(tables.Packs), tables.Packs.Length);
        Append(writer, MemoryMarshal.AsBytes(tables.Frames), tables.Frames.Length);
        Append(writer, MemoryMarshal.AsBytes(tables.Chunks), tables.Chunks.Length);
        return writer.ToArray();

        static void Append(ByteWriter writer, ReadOnlySpan<byte> records, int count)
        {
            writer.UInt16((ushort)count);
            writer.Bytes(records);
        }
    }

    /// <summary>Seals what <see cref="RecordsOf"/> gave, however it was damaged, as far as it goes.</summary>
    /// <returns>How many records of each table there are, and the sealed tables.</returns>
    internal static (int[] Counts, byte[] Tables) SealRecords(IDomainKeys keys, ReadOnlySpan<byte> records)
    {
        int[] counts = new int[4];
        ByteWriter rest = new();
        for (int i = 0; i < counts.Length && records.Length >= sizeof(ushort); i++)
        {
            (byte number, int length) = TableOf(i);
            counts[i] = Math.Min(BitConverter.ToUInt16(records), (records.Length - sizeof(ushort)) / length);
            records = records[sizeof(ushort)..];
            int perBlock = RunLayout.BlockLength / length;
            for (int done = 0; done < counts[i]; done += perBlock)
            {
                int size = Math.Min(perBlock, counts[i] - done) * length;
                byte[] context = [number, .. BitConverter.GetBytes(done / perBlock)];
                rest.Bytes(Seal(keys.IndexKey(keys.Epoch), "index-block", Salt, context, records[..size]));
                records = records[size..];
            }
        }

        return (counts, rest.ToArray());
    }

    /// <summary>A key file whose checksum is right.</summary>
    internal static string KeyFile(string role, ReadOnlySpan<byte> payload)
    {
        byte[] checksum = SHA256.HashData([.. Encoding.ASCII.GetBytes($"snapfs-key-2:{role}:"), .. payload]);
        return $"snapfs-key-2:{role}:{System.Buffers.Text.Base64Url.EncodeToString([.. payload, .. checksum[..4]])}\n";
    }

    private static (byte Number, int Length) TableOf(int i) => i switch
    {
        0 => (3, Marshal.SizeOf<SealRecord>()),
        1 => (5, Marshal.SizeOf<PackEntry>()),
        2 => (7, Marshal.SizeOf<FrameRecord>()),
        _ => (9, Marshal.SizeOf<ChunkRecord>()),
    };

    private static byte[] Seal(
        ReadOnlySpan<byte> secret, string purpose, byte[] context, ReadOnlySpan<byte> aad, ReadOnlySpan<byte> plain)
    {
        byte[] key = new byte[Sealing.KeyLength];
        KeyDerivation.Derive(secret, purpose, context, key);
        return Sealing.Seal(key, aad, plain);
    }
}
