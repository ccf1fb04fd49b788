namespace SnapFs.Repository.Packs;

/// <summary>How long packs get.</summary>
/// <param name="Target">A pack is finished at a good moment from this size on, bytes.</param>
/// <param name="Max">A pack is finished at this size at the latest, bytes. The last frame may pass it.</param>
internal readonly record struct PackSize(int Target, int Max)
{
    private const int MiB = 1024 * 1024;
    private const int Window = 8 * MiB;
    private const int LargestTarget = Largest - Window;

    /// <summary>What a domain has of packs before they get longer.</summary>
    private const int FewPacks = 4096;

    /// <summary>The longest of all, bytes: a single request puts it, and a machine with little memory fills one while it puts another.
    /// </summary>
    internal const int Largest = 64 * MiB;

    /// <summary>That of a small domain, and of trees: of these single pages are read.</summary>
    internal static PackSize Least { get; } = new(16 * MiB, (16 * MiB) + Window);

    /// <summary>That of a domain: the more it has, the longer, so that what is listed and remembered of packs grows slower than
    /// what they hold.</summary>
    /// <param name="stored">Bytes of the packs that it has.</param>
    internal static PackSize Of(long stored)
    {
        int target = (int)Math.Clamp(stored / FewPacks, Least.Target, LargestTarget);
        return new PackSize(target, target + Window);
    }
}
