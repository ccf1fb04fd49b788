using SnapFs.Objects;

namespace SnapFs.Repository.Checks;

/// <summary>A file or directory that a damaged object keeps from being read whole.</summary>
/// <param name="Snapshot">The snapshot it is in.</param>
/// <param name="Path">The raw path below the root, beginning with <c>/</c>.</param>
/// <param name="Cause">The damaged or missing object, or what is wrong.</param>
public sealed record AffectedFile(ObjectId Snapshot, ReadOnlyMemory<byte> Path, string Cause);
