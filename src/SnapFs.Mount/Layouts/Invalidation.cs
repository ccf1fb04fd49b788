namespace SnapFs.Mount.Layouts;

/// <summary>Something a kernel may have cached that is no longer so.</summary>
/// <param name="NodeId">The directory whose entries changed.</param>
/// <param name="Name">The raw name that now means something else or nothing; empty if only the listing changed.</param>
public readonly record struct Invalidation(ulong NodeId, ReadOnlyMemory<byte> Name);
