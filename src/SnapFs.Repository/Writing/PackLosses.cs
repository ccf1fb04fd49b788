using SnapFs.Objects;
using SnapFs.Repository.Indexes;

namespace SnapFs.Repository.Writing;

/// <summary>Packs that the repository should have and has not.</summary>
/// <param name="Count">How many of them hold something that lies nowhere else.</param>
internal readonly record struct PackLosses(int Count)
{
    /// <summary>Compares the index with a listing. Costs nothing while every pack is there.</summary>
    /// <param name="index">The index.</param>
    /// <param name="isListed">Which packs are there with their length, by number.</param>
    /// <param name="former">Packs that are there and were in segments which are gone.</param>
    internal static PackLosses Find(ChunkIndex index, bool[] isListed, IReadOnlyCollection<ObjectId> former)
    {
        HashSet<ObjectId> lost = [.. former];
        if (former.Count > 0)
        {
            lost.ExceptWith(index.Packs().Where(pack => isListed[pack.Number]).Select(pack => pack.Id));
        }

        HashSet<uint> gone = [.. index.Packs().Where(pack => !isListed[pack.Number]).Select(pack => pack.Number)];
        if (gone.Count > 0)
        {
            lost.UnionWith(index.PacksWithLostChunks(isListed).Select(number => index.Pack(number).Id));
        }

        return new PackLosses(lost.Count);
    }
}
