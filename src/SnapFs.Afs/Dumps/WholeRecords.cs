namespace SnapFs.Afs.Dumps;

/// <summary>How much of a dump is good: all records that are whole so far.</summary>
/// <param name="Length">Bytes up to the end of the last one.</param>
/// <param name="Last">The vnode of the last one, for example <c>6.249</c>; null if there is none.</param>
/// <param name="Vnodes">Number of them.</param>
/// <param name="Files">How many of them bring a file.</param>
public readonly record struct WholeRecords(long Length, string? Last, long Vnodes, long Files)
{
    /// <summary>The same in words, for the end of a message.</summary>
    internal string Text => Last is null
        ? "no vnode is whole"
        : $"it is good up to byte {Length}, the end of vnode {Last}: {Count(Vnodes, "vnode")}, {Count(Files, "file")} among them";

    private static string Count(long number, string what) => number == 1 ? $"1 {what}" : $"{number} {what}s";
}
