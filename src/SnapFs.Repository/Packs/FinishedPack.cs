namespace SnapFs.Repository.Packs;

/// <summary>A pack ready to be stored.</summary>
/// <param name="Buffer">Holds its bytes; goes back to the pool once it is stored.</param>
/// <param name="Length">Bytes of the pack in <paramref name="Buffer"/>.</param>
/// <param name="Description">What it holds.</param>
internal sealed record FinishedPack(PackBuffer Buffer, int Length, PackDescription Description);
