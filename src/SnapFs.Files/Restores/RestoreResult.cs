namespace SnapFs.Files.Restores;

/// <summary>What a restore did.</summary>
/// <param name="Counts">The final counts.</param>
/// <param name="Problems">The first problems.</param>
/// <param name="IsDamaged">Whether any of them is damage in the repository.</param>
/// <param name="OwnersNotSet">Entries that an ordinary user got as his own; no problems, since nobody but root can give
/// files away.</param>
public sealed record RestoreResult(
    RestoreProgress Counts, IReadOnlyList<string> Problems, bool IsDamaged, long OwnersNotSet)
{
    /// <summary>Entries that became root's, because the name of their owner or group is unknown here and somebody else has the number.
    /// </summary>
    public long OwnersLost { get; init; }

    /// <summary>Entries of access lists that were left out for the same reason.</summary>
    public long EntriesDropped { get; init; }

    /// <summary>Whether everything is as in the snapshot.</summary>
    public bool IsWhole => Counts.Problems == 0;
}
