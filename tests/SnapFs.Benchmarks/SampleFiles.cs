using System.Globalization;
using System.Text;
using SnapFs.Binary;
using SnapFs.Chunks;
using SnapFs.Trees;

namespace SnapFs.Benchmarks;

/// <summary>The nodes of a directory of files, each of one chunk.</summary>
internal static class SampleFiles
{
    internal const int Count = 1000;

    /// <summary>Names in order.</summary>
    internal static byte[][] Names { get; } =
    [
        .. Enumerable.Range(0, Count).Select(
            i => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"libsample-{i:D5}.so.1"))),
    ];

    /// <summary>Encodes the directory.</summary>
    internal static ChunkRef Encode(DirectoryEncoder encoder, in ChunkRef content)
    {
        ByteWriter list = new();
        ChunkListReader.Write(list, 0, [content]);
        for (int i = 0; i < Count; i++)
        {
            NodeView node = new()
            {
                Name = Names[i],
                Type = NodeType.File,
                Mode = 0x1A4,
                Modified = new Timestamp(1_763_692_800 + i, 123_456_789),
                Changed = new Timestamp(1_763_692_900 + i, 987_654_321),
                Birth = new Timestamp(1_763_692_900 + i, 987_654_321),
                HasBirth = true,
                Inode = (ulong)(1_000_000 + i),
                Device = 8UL << 32,
                LinkCount = 1,
                Size = content.Length,
                ContentForm = ContentForm.Chunks,
                ChunkList = list.Written,
            };
            encoder.Add(in node);
        }

        return encoder.Finish();
    }
}
