namespace SnapFs.Jobs.Volumes;

/// <summary>A state beside the volume in the cell.</summary>
/// <param name="Compared">Vnodes that the volume has had since before the state.</param>
/// <param name="Different">Those that the state has otherwise, such as <c>6.249</c>.</param>
public sealed record LiveComparison(long Compared, IReadOnlyList<string> Different)
{
    private const int MostNamed = 10;

    /// <summary>What is wrong, in one line; null if nothing is.</summary>
    public string? Finding
    {
        get
        {
            if (Different.Count == 0)
            {
                return null;
            }

            string more = Different.Count > MostNamed ? $" and {Different.Count - MostNamed} more" : "";
            return $"the volume in the cell has {Different.Count} of {Compared} vnodes otherwise, although they have not changed since: "
                + $"{string.Join(", ", Different.Take(MostNamed))}{more}; it was restored from an older dump, or this state is not that "
                + "day; take a full dump";
        }
    }
}
