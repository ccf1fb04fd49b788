using SnapFs.Objects;

namespace SnapFs.Repository.Checks;

/// <summary>What the index says about a pack.</summary>
/// <param name="Length">Stored bytes.</param>
/// <param name="Digest">SHA-256 of its description.</param>
internal readonly record struct PackFacts(long Length, ObjectId Digest);
