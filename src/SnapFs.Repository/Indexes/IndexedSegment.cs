using SnapFs.Objects;

namespace SnapFs.Repository.Indexes;

/// <summary>A segment of the index and what it lists.</summary>
/// <param name="Id">Names the segment.</param>
/// <param name="Length">Its stored bytes.</param>
/// <param name="Packs">The packs.</param>
internal readonly record struct IndexedSegment(ObjectId Id, long Length, List<IndexedPack> Packs);
