namespace SnapFs.Files.Backups;

/// <summary>How a file or directory differs from the tree before; the value is the letter that lists show.</summary>
public enum FileChange
{
    /// <summary>There was none of that name.</summary>
    New = '+',

    /// <summary>Its content or what is known of it may differ: it was read again.</summary>
    Changed = 'M',

    /// <summary>It is no longer there; what was below it is not told of.</summary>
    Gone = '-',
}
