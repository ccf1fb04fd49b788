using SnapFs.Repository.Indexes;
using SnapFs.Storage;

namespace SnapFs.Repository.Writing;

/// <summary>
/// Whose turn it is to put together what several runs found when they began. Each would do the same, and what comes of it be enough to
/// be put together again: hosts that back up at the same hour would write the whole index anew each night, each of them.
/// </summary>
internal static class Turn
{
    /// <summary>Looks at what others have put since this run began.</summary>
    /// <param name="listed">The index as it is now.</param>
    /// <param name="run">This run.</param>
    /// <param name="loader">The index as it was when this run began.</param>
    /// <param name="length">About the bytes of what this run would put.</param>
    /// <param name="random">Decides among runs that end at the same moment.</param>
    /// <returns>False if another run seems to have done it, or if it is left to one of those that run too: one of about as many does it.
    /// </returns>
    internal static bool IsOf(
        IReadOnlyCollection<ObjectInfo> listed, WritingRun run, IndexLoader loader, long length, Random random)
    {
        ObjectInfo[] others =
            [.. listed.Where(info => !loader.WasListed(info.Name.Hash) && !run.HasIndexed(info.Name.Hash))];
        return !Array.Exists(others, info => info.Length >= length / 2) && random.Next(others.Length + 1) == 0;
    }
}
