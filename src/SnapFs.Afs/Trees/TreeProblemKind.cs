namespace SnapFs.Afs.Trees;

/// <summary>In which way the directories of a volume contradict its vnodes.</summary>
public enum TreeProblemKind
{
    /// <summary>An entry names a vnode that the volume does not have. The entry is left out.</summary>
    MissingVnode,

    /// <summary>An entry names an earlier vnode of the same number. The entry is left out.</summary>
    OtherUniq,

    /// <summary>A directory is named more than once, or the root is named. This entry is left out.</summary>
    DirectoryNamedTwice,

    /// <summary>A directory has a name twice. This entry is left out.</summary>
    NameTwice,

    /// <summary>The content of a directory is damaged. Entries on the chain of the damaged one may be missing, the others are
    /// there.</summary>
    DamagedDirectory,

    /// <summary>A name that no file system takes, or that is where no file server finds it. The entry is there, under another name
    /// if need be.</summary>
    OddName,

    /// <summary>No entry that counts names the vnode; it is among the orphans.</summary>
    Orphan,

    /// <summary>Directories that name each other in a circle; this one is among the orphans, the others are below it.</summary>
    Loop,
}
