namespace SnapFs.Mount.Nodes;

/// <summary>A node as a look-up returns it.</summary>
/// <param name="NodeId">Names it in later calls until it is forgotten as often as it was returned; 0 if a listing
/// does not give it.</param>
/// <param name="Generation">Tells nodes apart that had the same <paramref name="NodeId"/> one after the other.</param>
/// <param name="Lifetime">How long name and attributes may be cached.</param>
/// <param name="Attributes">What <c>stat</c> shows.</param>
public readonly record struct NodeEntry(
    ulong NodeId, ulong Generation, CacheLifetime Lifetime, in NodeAttributes Attributes)
{
    /// <summary>What <c>stat</c> shows.</summary>
    public readonly NodeAttributes Attributes = Attributes;
}
