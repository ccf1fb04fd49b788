namespace SnapFs.Mount.Nodes;

/// <summary>How long a kernel may keep a name and its attributes.</summary>
public enum CacheLifetime
{
    /// <summary>Ask again each time: who asks decides what is seen, or the content changes with time.</summary>
    None,

    /// <summary>A second: lists of snapshots.</summary>
    Short,

    /// <summary>The name for ever, what depends on the users of this system for some minutes.</summary>
    WhileUsersStay,

    /// <summary>For ever: it is archived and cannot change.</summary>
    Forever,
}
