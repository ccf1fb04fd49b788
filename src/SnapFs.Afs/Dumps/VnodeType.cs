namespace SnapFs.Afs.Dumps;

/// <summary>What a vnode is: <c>vnode.h</c> of OpenAFS, field <c>t</c> of a dump.</summary>
public enum VnodeType
{
    /// <summary>The record carries no type.</summary>
    None = 0,

    /// <summary>A file; its vnode number is even.</summary>
    File = 1,

    /// <summary>A directory; its vnode number is odd, and its content is what <c>DirectoryReader</c> reads.</summary>
    Directory = 2,

    /// <summary>A symbolic link or a mount point; its vnode number is even, its content the target without NUL.</summary>
    Symlink = 3,
}
