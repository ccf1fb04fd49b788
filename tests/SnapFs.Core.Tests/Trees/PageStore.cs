using System.Security.Cryptography;
using System.Text;
using SnapFs.Chunks;
using SnapFs.Trees;

namespace SnapFs.Core.Tests.Trees;

/// <summary>Tree pages in memory, named by their SHA-256.</summary>
internal sealed class PageStore : ITreePages, IOwnerNames
{
    internal Dictionary<ChunkId, byte[]> Pages { get; } = [];

    /// <summary>Pages put that were not there.</summary>
    internal int New { get; private set; }

    public ChunkId Put(ReadOnlySpan<byte> page)
    {
        ChunkId id = ChunkId.Read(SHA256.HashData(page));
        New += Pages.TryAdd(id, page.ToArray()) ? 1 : 0;
        return id;
    }

    public TreePage Load(in ChunkRef page)
    {
        byte[] bytes = Pages[page.Id];
        Assert.Equal(page.Length, bytes.Length);
        return TreePage.Parse(bytes);
    }

    public ReadOnlySpan<byte> UserName(uint id) => Encoding.UTF8.GetBytes($"u{id}");

    public ReadOnlySpan<byte> GroupName(uint id) => id % 2 == 0 ? default : "g"u8;

    internal void ForgetCount() => New = 0;

    /// <summary>Encodes a directory of small files.</summary>
    internal ChunkRef Encode(IEnumerable<byte[]> names, Func<byte[], uint>? mode = null)
    {
        DirectoryEncoder encoder = new(this, Put);
        foreach (byte[] name in names)
        {
            NodeView node = new()
            {
                Name = name,
                Type = NodeType.File,
                Mode = mode?.Invoke(name) ?? 0x1A4,
                UserId = (uint)(name[0] % 3),
                GroupId = (uint)(name[^1] % 3),
                Modified = new Timestamp(1_763_692_800, 7),
                Changed = new Timestamp(1_763_692_801, 8),
                Inode = (ulong)name.Length,
                LinkCount = 1,
                Size = 5,
                ContentForm = ContentForm.Inline,
                Inline = "text\n"u8,
            };
            encoder.Add(in node);
        }

        return encoder.Finish();
    }
}
