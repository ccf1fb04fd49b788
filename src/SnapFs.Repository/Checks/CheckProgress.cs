namespace SnapFs.Repository.Checks;

/// <summary>How far a check is.</summary>
/// <param name="Phase">What is being checked.</param>
/// <param name="Done">Objects done; of trees, pages.</param>
/// <param name="Total">Objects there are; 0 if that is not known.</param>
public readonly record struct CheckProgress(CheckPhase Phase, long Done, long Total);
