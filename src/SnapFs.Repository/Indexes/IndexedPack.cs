using SnapFs.Objects;
using SnapFs.Repository.Packs;

namespace SnapFs.Repository.Indexes;

/// <summary>A pack as an index segment lists it.</summary>
/// <param name="Id">Names the pack.</param>
/// <param name="Length">Stored bytes of the whole pack.</param>
/// <param name="Description">How to open it and what it holds.</param>
internal readonly record struct IndexedPack(ObjectId Id, long Length, PackDescription Description);
