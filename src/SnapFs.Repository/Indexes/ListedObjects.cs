using SnapFs.Objects;
using SnapFs.Storage;

namespace SnapFs.Repository.Indexes;

/// <summary>The objects of the index that the repository has now. Not thread-safe.</summary>
/// <param name="listed">As they are listed.</param>
/// <param name="replaced">Those in place of which another one is listed: what they said is still true, and they may be gone.</param>
internal sealed class ListedObjects(IReadOnlyDictionary<ObjectId, ObjectInfo> listed, IEnumerable<ObjectId> replaced)
{
    private readonly HashSet<ObjectId> _replaced = [.. replaced];

    /// <summary>Says whether what a run says is still true; if so, what its objects replace may be gone.</summary>
    internal bool TryStand(IReadOnlyCollection<CoveredObject> objects)
    {
        HashSet<ObjectId> own = CoveredObject.ReplacedIn(objects);
        if (!objects.All(covered => own.Contains(covered.Id) || _replaced.Contains(covered.Id) || IsListed(in covered)))
        {
            return false;
        }

        _replaced.UnionWith(own);
        return true;
    }

    private bool IsListed(in CoveredObject covered) =>
        listed.TryGetValue(covered.Id, out ObjectInfo now) && now.Length == covered.Length;
}
