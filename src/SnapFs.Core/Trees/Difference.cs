namespace SnapFs.Trees;

/// <summary>How two nodes of one path differ; the value is the character that is shown.</summary>
public enum Difference
{
    /// <summary>Only the second tree has it.</summary>
    Added = '+',

    /// <summary>Only the first tree has it.</summary>
    Removed = '-',

    /// <summary>They are of different types.</summary>
    Type = 'T',

    /// <summary>The bytes of a file, the target of a symlink or the number of a device differ.</summary>
    Content = 'M',

    /// <summary>The access list of an AFS directory differs.</summary>
    AccessList = 'A',

    /// <summary>Only mode, owners, times or extended attributes differ.</summary>
    Metadata = 'U',
}
