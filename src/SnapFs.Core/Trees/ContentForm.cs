namespace SnapFs.Trees;

/// <summary>How the data bytes of a file (without its holes) are given in its node.</summary>
public enum ContentForm : byte
{
    /// <summary>There are none.</summary>
    Empty = 0,

    /// <summary>They stand in the node.</summary>
    Inline = 1,

    /// <summary>They are the chunks of a list, one after the other.</summary>
    Chunks = 2,
}
