namespace SnapFs.Repository.Checks;

/// <summary>How thorough a check is.</summary>
public sealed record CheckOptions
{
    /// <summary>Whether every pack is read and every chunk decrypted and compared with its id.</summary>
    public bool ReadData { get; init; }

    /// <summary>Which part of the packs is read, from 1 to <see cref="SubsetCount"/>: the part a pack belongs to never
    /// changes, so that <c>1/30</c>, <c>2/30</c>… on thirty days read everything.</summary>
    public uint Subset { get; init; } = 1;

    /// <summary>Into how many parts the packs are divided; 1 reads all.</summary>
    public uint SubsetCount { get; init; } = 1;

    /// <summary>Packs read at once.</summary>
    public int Workers { get; init; } = 2;
}
