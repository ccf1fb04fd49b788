using SnapFs.Mount.Layouts;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Mount.Histories;

/// <summary>The snapshots of one host and source that there are at one time. Immutable.</summary>
/// <remarks>What is shown of a set never changes, so that what was allowed by the rights in it holds for all of it.</remarks>
/// <param name="heads">The snapshots, the oldest first.</param>
/// <param name="place">The directory that shows each as a tree, below the root of the mount.</param>
/// <param name="modified">When the set came to be.</param>
internal sealed class SnapshotSet(IReadOnlyList<SnapshotHead> heads, string place, Timestamp modified)
{
    private string[]? _names;

    /// <summary>The snapshots, the oldest first.</summary>
    internal IReadOnlyList<SnapshotHead> Heads { get; } = heads;

    /// <summary>The directory that shows each as a tree, below the root of the mount.</summary>
    internal string Place { get; } = place;

    /// <summary>When the set came to be.</summary>
    internal Timestamp Modified { get; } = modified;

    /// <summary>The names of the snapshots in <see cref="Place"/>.</summary>
    internal string[] Names => _names ??= [.. SnapshotNames.Name(Heads).Select(named => named.Name)];

    /// <summary>The same set with another time.</summary>
    internal SnapshotSet At(Timestamp time) => new(Heads, Place, time);

    /// <summary>Whether another set has the same snapshots.</summary>
    internal bool IsSame(SnapshotSet other) =>
        Heads.Count == other.Heads.Count && Heads.Zip(other.Heads).All(pair => pair.First.Id == pair.Second.Id);
}
