using SnapFs.Objects;
using SnapFs.Storage;

namespace SnapFs.Repository.Indexes;

/// <summary>The objects of the index that the repository has now.</summary>
/// <param name="listed">As they are listed.</param>
/// <param name="replaced">Those in place of which another one is listed: what they said is still true, and they may be gone.</param>
internal sealed class ListedObjects(IReadOnlyDictionary<ObjectId, ObjectInfo> listed, IReadOnlySet<ObjectId> replaced)
{
    /// <summary>Whether what a run says of an object is still true.</summary>
    internal bool Stand(in CoveredObject covered) =>
        (covered.Flags & CoveredObject.Replaced) != 0
            || replaced.Contains(covered.Id)
            || (listed.TryGetValue(covered.Id, out ObjectInfo now) && now.Length == covered.Length);
}
