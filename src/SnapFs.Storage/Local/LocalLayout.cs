namespace SnapFs.Storage;

/// <summary>In which directory of a repository each object lies.</summary>
internal static class LocalLayout
{
    /// <summary>Opens the directory that an object belongs into, and makes it if it is not there.</summary>
    /// <exception cref="FileSystemException">It cannot be opened or made.</exception>
    internal static LocalDirectory OpenFolder(LocalDirectory root, ObjectName name)
    {
        LocalDirectory folder = root.OpenOrCreate(".");
        foreach (string part in PartsOf(name.Folder))
        {
            using LocalDirectory above = folder;
            folder = above.OpenOrCreate(part);
        }

        return folder;
    }

    /// <summary>Opens the directory that an object belongs into.</summary>
    /// <param name="root">The repository.</param>
    /// <param name="name">The object.</param>
    /// <param name="followsLinks">Whether links on the way are followed.</param>
    /// <returns>Null if it is not there.</returns>
    /// <exception cref="FileSystemException">It cannot be opened.</exception>
    internal static LocalDirectory? TryOpenFolder(LocalDirectory root, ObjectName name, bool followsLinks = true)
    {
        LocalDirectory? folder = root.TryOpen(".");
        foreach (string part in PartsOf(name.Folder))
        {
            if (folder is null)
            {
                return null;
            }

            using LocalDirectory above = folder;
            folder = above.TryOpen(part, followsLinks);
        }

        return folder;
    }

    private static string[] PartsOf(string folder) => folder.Length == 0 ? [] : folder.Split('/');
}
