namespace SnapFs.Files.Restores;

/// <summary>What a restore does with an entry of the target; the value is the letter that lists show.</summary>
public enum RestoreChange
{
    /// <summary>There was none of that name: it is made.</summary>
    New = '+',

    /// <summary>Something else had the name or other content: it is written anew, or made a link.</summary>
    Replaced = 'M',

    /// <summary>Its content is right: owner, mode, times, access lists or other attributes are set.</summary>
    Attributes = 'a',

    /// <summary>The snapshot does not have it: it is removed.</summary>
    Removed = '-',
}
