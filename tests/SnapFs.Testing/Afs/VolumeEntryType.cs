namespace SnapFs.Testing.Afs;

/// <summary>The kinds of things in a volume.</summary>
public enum VolumeEntryType
{
    File,
    Directory,
    Symlink,

    /// <summary>To the server a symbolic link that nobody may execute.</summary>
    MountPoint,
}
