using SnapFs.Mount.Nodes;
using SnapFs.Trees;

namespace SnapFs.Mount.Spaces;

/// <summary>The entries <c>.</c> and <c>..</c>, with which every listing begins.</summary>
internal static class Dots
{
    /// <summary>Positions that they take: the entries of a directory come after.</summary>
    internal const ulong Count = 2;

    /// <summary>Adds them when a listing begins; false if the sink is full.</summary>
    internal static bool Add<TSink>(ulong inode, ulong from, ref TSink sink)
        where TSink : IDirectorySink, allows ref struct
    {
        if (from >= Count)
        {
            return true;
        }

        NodeAttributes attributes = default;
        attributes = attributes with { Inode = inode, Type = NodeType.Directory };
        NodeEntry self = new(0, 0, CacheLifetime.None, in attributes);
        return (from >= 1 || sink.Add("."u8, 1, in self)) && sink.Add(".."u8, Count, in self);
    }

    /// <summary>A position without them.</summary>
    internal static ulong Skip(ulong from) => Math.Max(from, Count) - Count;
}
