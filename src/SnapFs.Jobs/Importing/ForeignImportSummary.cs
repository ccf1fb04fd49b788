namespace SnapFs.Jobs.Importing;

/// <summary>How taking over ended.</summary>
/// <param name="New">How many snapshots were made, or would be.</param>
/// <param name="AlreadyThere">How many had been taken over before.</param>
/// <param name="Failed">How many could not be taken over.</param>
/// <param name="IsRepositoryWhole">Whether nothing was found wrong with the repository.</param>
public sealed record ForeignImportSummary(int New, int AlreadyThere, int Failed, bool IsRepositoryWhole);
