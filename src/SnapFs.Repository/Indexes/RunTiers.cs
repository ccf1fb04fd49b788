namespace SnapFs.Repository.Indexes;

/// <summary>Says which runs are merged, so that there are few and each chunk is written few times.</summary>
/// <remarks>A look-up costs a read in each run, so a tier is not filled up with equal runs: one is merged as soon as the newer ones
/// together have half its size. With n chunks in runs of m there are at most log3(n/m) + 1 runs, and a chunk is written at most
/// log1.5(n/m) times.</remarks>
internal static class RunTiers
{
    private const int Ratio = 2;

    /// <summary>More are not merged at once: each takes some blocks of memory.</summary>
    private const int MaxRuns = 64;

    /// <summary>How many of the newest runs are to be merged into one.</summary>
    /// <param name="sizes">Chunks of each, oldest first.</param>
    /// <returns>At least 2, or 0.</returns>
    internal static int CountToMerge(IReadOnlyList<long> sizes)
    {
        int count = 0;
        long newer = 0;
        for (int i = sizes.Count - 1; i >= 0 && sizes.Count - i <= MaxRuns; i--)
        {
            if (i < sizes.Count - 1 && sizes[i] <= Ratio * newer)
            {
                count = sizes.Count - i;
            }

            newer += sizes[i];
        }

        return count;
    }
}
