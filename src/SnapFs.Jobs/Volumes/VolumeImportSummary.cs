namespace SnapFs.Jobs.Volumes;

/// <summary>What an import of several dumps came to.</summary>
/// <param name="FirstFailure">What was wrong with the first dump that was not taken in; null if all were.</param>
/// <param name="IsPartial">Whether a dump was only salvaged, or is another copy of one that is there.</param>
/// <param name="IsRepositoryWhole">Whether nothing was found wrong with the repository itself.</param>
public sealed record VolumeImportSummary(SnapFsException? FirstFailure, bool IsPartial, bool IsRepositoryWhole);
