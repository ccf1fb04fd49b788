using SnapFs.Mount.Nodes;
using SnapFs.Trees;

namespace SnapFs.Mount.Spaces;

/// <summary>The entries <c>.</c> and <c>..</c>, with which every listing begins.</summary>
internal static class Dots
{
    /// <summary>Positions that they take: the entries of a directory come after.</summary>
    internal const ulong Count = 2;

    /// <summary>Adds them when a listing begins; false if the sink is full.</summary>
    /// <param name="self">The inode number of the directory.</param>
    /// <param name="parent">That of the directory above.</param>
    /// <param name="from">Where the listing begins.</param>
    /// <param name="sink">Takes the entries.</param>
    internal static bool Add<TSink>(ulong self, ulong parent, ulong from, ref TSink sink)
        where TSink : IDirectorySink, allows ref struct
    {
        if (from >= Count)
        {
            return true;
        }

        return (from >= 1 || sink.Add("."u8, 1, Entry(self))) && sink.Add(".."u8, Count, Entry(parent));
    }

    private static NodeEntry Entry(ulong inode)
    {
        NodeAttributes attributes = default;
        attributes = attributes with { Inode = inode, Type = NodeType.Directory };
        return new NodeEntry(0, 0, CacheLifetime.None, in attributes);
    }

    /// <summary>A position without them.</summary>
    internal static ulong Skip(ulong from) => Math.Max(from, Count) - Count;
}
