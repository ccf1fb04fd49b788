using System.Text;
using SnapFs.Trees;

namespace SnapFs.Mount.Tests.Fakes;

/// <summary>A node of a tree that a test makes up.</summary>
internal sealed class TestNode
{
    public NodeType Type { get; init; } = NodeType.File;

    public uint Mode { get; set; } = 0x1A4; // 0644

    public uint UserId { get; set; }

    public uint GroupId { get; set; }

    public Timestamp Modified { get; set; } = new(1_700_000_000, 123_456_789);

    public Timestamp Changed { get; set; } = new(1_700_000_001, 1);

    public Timestamp? Birth { get; set; }

    public ulong Inode { get; set; }

    public ulong Device { get; set; } = 8UL << 32;

    public uint Links { get; set; } = 1;

    public ulong DeviceNumber { get; init; }

    public byte[] Target { get; init; } = [];

    /// <summary>The data of a file without its holes.</summary>
    public byte[] Content { get; init; } = [];

    /// <summary>Where the data lies; null if the file has no holes.</summary>
    public Extent[]? Extents { get; init; }

    /// <summary>Apparent size of a file with holes.</summary>
    public long SparseSize { get; init; }

    public bool IsInline { get; init; }

    /// <summary>Bytes in each chunk of a file that is not inline.</summary>
    public int ChunkSize { get; init; } = 1 << 20;

    /// <summary>Chunks in a list before a level is added above.</summary>
    public int ListFanout { get; init; } = 4096;

    public SortedDictionary<string, byte[]> Xattrs { get; } = new(StringComparer.Ordinal);

    /// <summary>A field list.</summary>
    public byte[] Extensions { get; set; } = [];

    /// <summary>Whether <see cref="Extensions"/> are such that no writer would write them.</summary>
    public bool HasBadExtensions { get; set; }

    public Dictionary<string, TestNode> Children { get; } = new(StringComparer.Ordinal);

    public static TestNode Directory(params (string Name, TestNode Node)[] children)
    {
        TestNode directory = new() { Type = NodeType.Directory, Mode = 0x1ED, Links = 2 };
        foreach ((string name, TestNode node) in children)
        {
            directory.Children.Add(name, node);
        }

        return directory;
    }

    public static TestNode Text(string text) => new() { Content = Encoding.UTF8.GetBytes(text) };

    public static TestNode Link(string target) =>
        new() { Type = NodeType.Symlink, Mode = 0x1FF, Target = Encoding.UTF8.GetBytes(target) };

    /// <summary>The node at a path below this one.</summary>
    public TestNode At(string path) =>
        path.Split('/').Aggregate(this, (node, name) => node.Children[name]);
}
