namespace SnapFs.Owners;

/// <summary>Which of a file's archived owners cannot be its owners here, since somebody else may have their numbers.</summary>
[Flags]
public enum LostOwners
{
    /// <summary>Both are who they were.</summary>
    None = 0,

    /// <summary>The user is another.</summary>
    User = 1,

    /// <summary>The group is another.</summary>
    Group = 2,
}
