namespace SnapFs.Afs.Acls;

/// <summary>What an entry of an access list grants or denies: <c>prs_fs.h</c> of OpenAFS.</summary>
[Flags]
public enum AfsRights : uint
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary><c>r</c>: read files.</summary>
    Read = 1,

    /// <summary><c>w</c>: write files and change modes.</summary>
    Write = 2,

    /// <summary><c>i</c>: add entries.</summary>
    Insert = 4,

    /// <summary><c>l</c>: list the directory and see its access list.</summary>
    Lookup = 8,

    /// <summary><c>d</c>: remove entries.</summary>
    Delete = 16,

    /// <summary><c>k</c>: lock files.</summary>
    Lock = 32,

    /// <summary><c>a</c>: change the access list.</summary>
    Administer = 64,

    /// <summary><c>A</c> to <c>H</c>: eight rights without a meaning to AFS.</summary>
    Free = 0xFF000000,
}
