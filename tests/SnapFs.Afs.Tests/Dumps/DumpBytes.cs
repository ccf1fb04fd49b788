using System.Buffers.Binary;
using SnapFs.Afs.Dumps;

namespace SnapFs.Afs.Tests.Dumps;

/// <summary>Makes small dumps by hand, valid or not.</summary>
internal static class DumpBytes
{
    public static readonly byte[] Start =
    [
        1, 0xB3, 0xA1, 0x13, 0x22, 0, 0, 0, 1, (byte)'v', 0, 0, 0, 9, (byte)'n', (byte)'a', 0,
        (byte)'t', 0, 2, 0, 0, 0, 0, 0, 0, 0, 7, 2, (byte)'i', 0, 0, 0, 9,
    ];

    public static readonly byte[] End = [4, 0x3A, 0x21, 0x4B, 0x6E];

    /// <summary>A whole dump around some records.</summary>
    public static byte[] Dump(params byte[][] records) => [.. Start, .. records.SelectMany(bytes => bytes), .. End];

    /// <summary>A record of some fields.</summary>
    public static byte[] Vnode(uint vnode, uint uniq, params byte[][] fields) =>
        [3, .. Number(vnode), .. Number(uniq), .. fields.SelectMany(bytes => bytes)];

    public static byte[] Number(uint value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    public static byte[] Content(params byte[] content) => [(byte)'f', .. Number((uint)content.Length), .. content];

    public static byte[] Type(byte type) => [(byte)'t', type];

    /// <summary>Every record with its content.</summary>
    public static List<(VnodeRecord Record, byte[] Content)> Read(byte[] dump) => Read(new MemoryStream(dump));

    public static List<(VnodeRecord Record, byte[] Content)> Read(Stream dump, IDumpSkeleton? skeleton = null)
    {
        DumpReader reader = new(dump, skeleton);
        List<(VnodeRecord, byte[])> records = [];
        byte[] content = [];
        for (DumpStep step; (step = reader.Read()) != DumpStep.End;)
        {
            if (step == DumpStep.Content)
            {
                content = ReadContent(reader);
                continue;
            }

            records.Add((reader.Record, content));
            content = [];
        }

        return records;
    }

    private static byte[] ReadContent(DumpReader reader)
    {
        using MemoryStream content = new();
        byte[] piece = new byte[20_000];
        for (int read; (read = reader.ReadContent(piece)) > 0;)
        {
            content.Write(piece, 0, read);
        }

        Assert.Equal(reader.Record.ContentLength, content.Length);
        return content.ToArray();
    }
}
