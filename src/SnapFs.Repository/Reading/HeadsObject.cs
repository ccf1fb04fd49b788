using SnapFs.Objects;

namespace SnapFs.Repository.Reading;

/// <summary>What is remembered of a heads object that was read.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Signer">Who signed it; null if it did not count, or what it holds could not be read.</param>
/// <param name="Length">Its length, bytes.</param>
/// <param name="Replaced">The heads objects that need not be read besides it.</param>
/// <param name="Snapshots">The snapshots that need not be fetched besides it.</param>
/// <param name="IsProven">Whether all that it holds is whole snapshots, which anyone may hand on.</param>
internal sealed record HeadsObject(
    ObjectId Id,
    ShortId? Signer,
    long Length,
    IReadOnlyList<ObjectId> Replaced,
    IReadOnlySet<ObjectId> Snapshots,
    bool IsProven);
