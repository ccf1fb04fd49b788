namespace SnapFs.Jobs.References;

/// <summary>What a snapshot knows of a path; more is greater.</summary>
public enum PathCover
{
    /// <summary>It has no such path.</summary>
    None,

    /// <summary>A directory that is there for the sake of what was backed up below it.</summary>
    Ancestor,

    /// <summary>A path that was backed up, or one below it.</summary>
    BackedUp,
}
