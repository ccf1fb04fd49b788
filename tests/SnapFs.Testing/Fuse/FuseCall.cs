namespace SnapFs.Testing.Fuse;

/// <summary>What the kernel asks for; the numbers are those of <c>enum fuse_opcode</c> (include/uapi/linux/fuse.h).</summary>
public enum FuseCall
{
    /// <summary>A name in a directory.</summary>
    LookUp = 1,

    /// <summary>What a node is.</summary>
    GetAttributes = 3,

    /// <summary>The target of a link.</summary>
    ReadLink = 5,

    /// <summary>Opens a file.</summary>
    Open = 14,

    /// <summary>Reads of a file.</summary>
    Read = 15,

    /// <summary>The value of an extended attribute.</summary>
    GetXattr = 22,

    /// <summary>The names of extended attributes.</summary>
    ListXattr = 23,

    /// <summary>Opens a directory.</summary>
    OpenDirectory = 27,

    /// <summary>Some names of a directory.</summary>
    ReadDirectory = 28,
}
