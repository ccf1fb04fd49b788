using System.Security.Cryptography;
using SnapFs.Chunks;
using SnapFs.Trees;

namespace SnapFs.Benchmarks;

/// <summary>Tree pages in memory, parsed at each load; and owners of one name.</summary>
internal sealed class PageMemory : ITreePages, IOwnerNames
{
    private readonly Dictionary<ChunkId, byte[]> _pages = [];

    internal IEnumerable<byte[]> All => _pages.Values;

    internal ChunkId Put(ReadOnlySpan<byte> page)
    {
        ChunkId id = ChunkId.Read(SHA256.HashData(page));
        _pages[id] = page.ToArray();
        return id;
    }

    public TreePage Load(in ChunkRef page) => TreePage.Parse(_pages[page.Id]);

    public ReadOnlySpan<byte> UserName(uint id) => "root"u8;

    public ReadOnlySpan<byte> GroupName(uint id) => "root"u8;
}
