using SnapFs.Caches;
using SnapFs.Mount.Nodes;

namespace SnapFs.Mount.Spaces;

/// <summary>
/// Nodes that are found in one way. The upper half of a node's id says which space knows it (<see cref="NodeIds"/>), so that a
/// request costs one virtual call; a further view of the snapshots is one more space. Safe for concurrent use.
/// </summary>
/// <remarks>What the members return and throw is what those of <see cref="SnapshotFileSystem"/> do.</remarks>
internal abstract class NodeSpace
{
    /// <summary>How long it holds that a directory of this space has no entry of some name.</summary>
    internal abstract CacheLifetime Lifetime { get; }

    /// <summary>Finds an entry of a directory, neither <c>.</c> nor <c>..</c>; the result counts as looked up once.</summary>
    internal abstract MountStatus Lookup(ulong parent, ReadOnlySpan<byte> name, uint caller, out NodeEntry entry);

    /// <summary>The directory that holds a node; 0 if there is no one such.</summary>
    internal abstract ulong ParentOf(ulong nodeId);

    /// <summary>Lists a directory from a position on.</summary>
    internal abstract MountStatus List<TSink>(ulong nodeId, ulong from, bool withNodes, uint caller, ref TSink sink)
        where TSink : IDirectorySink, allows ref struct;

    /// <summary>The attributes of a node. Counts no look-up.</summary>
    internal abstract MountStatus Describe(ulong nodeId, out NodeEntry entry);

    /// <summary>The raw target of a symlink.</summary>
    internal abstract MountStatus ReadLink(ulong nodeId, out ReadOnlySpan<byte> target);

    /// <summary>The value of an extended attribute.</summary>
    internal abstract MountStatus GetXattr(ulong nodeId, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value);

    /// <summary>The names of all extended attributes, each followed by NUL.</summary>
    internal abstract MountStatus ListXattrs(ulong nodeId, out ReadOnlySpan<byte> names);

    /// <summary>Hands out bytes of a file.</summary>
    internal abstract MountStatus Read<TSink>(ulong nodeId, long offset, int length, ref TSink sink)
        where TSink : IContentSink, allows ref struct;

    /// <summary>Finds the next data or the next hole at or after an offset.</summary>
    internal abstract MountStatus Seek(ulong nodeId, long offset, bool forData, out long result);

    /// <summary>Counts one more look-up of a node; unknown nodes are ignored.</summary>
    internal abstract void AddLookup(ulong nodeId);

    /// <summary>Takes back look-ups of a node; unknown nodes are ignored.</summary>
    internal abstract void Forget(ulong nodeId, long count);

    /// <summary>What a path says of a node, for messages.</summary>
    /// <param name="nodeId">The node.</param>
    /// <param name="above">The directory whose path comes before; 0 if the path is whole.</param>
    internal abstract string NameOf(ulong nodeId, out ulong above);

    /// <summary>How a message names a node that is not known.</summary>
    internal static string Unnamed(ulong nodeId) => $"node {nodeId:x}";
}
