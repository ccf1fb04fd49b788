namespace SnapFs.Storage;

/// <summary>In which directory of a repository each object lies.</summary>
internal static class LocalLayout
{
    /// <summary>Opens the directory that an object belongs into, and makes it if it is not there.</summary>
    /// <exception cref="FileSystemException">It cannot be opened or made.</exception>
    internal static LocalDirectory OpenFolder(LocalDirectory root, ObjectName name)
    {
        string kind = ObjectName.FolderOf(name.Kind);
        LocalDirectory folder = root.OpenOrCreate(kind.Length == 0 ? "." : kind);
        if (name.Kind != ObjectKind.Pack)
        {
            return folder;
        }

        using LocalDirectory packs = folder;
        return packs.OpenOrCreate(LocalListing.PackFolderOf(name));
    }

    /// <summary>Opens the directory that an object belongs into.</summary>
    /// <param name="root">The repository.</param>
    /// <param name="name">The object.</param>
    /// <param name="followsLinks">Whether links on the way are followed.</param>
    /// <returns>Null if it is not there.</returns>
    /// <exception cref="FileSystemException">It cannot be opened.</exception>
    internal static LocalDirectory? TryOpenFolder(LocalDirectory root, ObjectName name, bool followsLinks = true)
    {
        string kind = ObjectName.FolderOf(name.Kind);
        LocalDirectory? folder = root.TryOpen(kind.Length == 0 ? "." : kind, followsLinks);
        if (name.Kind != ObjectKind.Pack || folder is null)
        {
            return folder;
        }

        using LocalDirectory packs = folder;
        return packs.TryOpen(LocalListing.PackFolderOf(name), followsLinks);
    }
}
