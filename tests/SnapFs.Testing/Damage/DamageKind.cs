namespace SnapFs.Testing.Damage;

/// <summary>What happens to stored bytes.</summary>
public enum DamageKind
{
    /// <summary>They are gone.</summary>
    Missing,

    /// <summary>The second half is gone.</summary>
    Short,

    /// <summary>One bit in the middle is another one.</summary>
    Flipped,

    /// <summary>All are zero, as after a crash of a file system.</summary>
    Zeroed,

    /// <summary>They are those of another object of the same kind.</summary>
    Swapped,

    /// <summary>They are of another repository, or no bytes of SnapFs at all.</summary>
    Foreign,

    /// <summary>They cannot be read: a bad sector, or no permission.</summary>
    Unreadable,

    /// <summary>A fifo or a directory has their place.</summary>
    Replaced,
}
