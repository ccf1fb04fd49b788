namespace SnapFs.Agent.Restores;

/// <summary>What a restore did.</summary>
/// <param name="Counts">The final counts.</param>
/// <param name="Problems">The first problems.</param>
/// <param name="IsDamaged">Whether any of them is damage in the repository.</param>
public sealed record RestoreResult(RestoreProgress Counts, IReadOnlyList<string> Problems, bool IsDamaged)
{
    /// <summary>What the command exits with.</summary>
    public ExitCode ExitCode => IsDamaged ? ExitCode.Damaged
        : Counts.Problems > 0 ? ExitCode.Partial
        : ExitCode.Success;
}
