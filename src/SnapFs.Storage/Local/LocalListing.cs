namespace SnapFs.Storage;

/// <summary>Lists the objects in the directories of a local repository.</summary>
internal static class LocalListing
{
    /// <summary>The paths, below the root, of the directories that can hold some objects.</summary>
    /// <param name="root">The repository.</param>
    /// <param name="kind">Of this kind.</param>
    /// <param name="domain">Of this domain; empty for all.</param>
    /// <param name="prefix">What their ids begin with.</param>
    /// <exception cref="FileSystemException">They cannot be listed.</exception>
    internal static List<string> Folders(LocalDirectory root, ObjectKind kind, string domain, string prefix)
    {
        string folder = ObjectName.FolderOf(kind);
        if (!ObjectName.HasDomain(kind))
        {
            return [folder.Length == 0 ? "." : folder];
        }

        IEnumerable<string> domains = domain.Length > 0 ? [domain] : NamesIn(root, folder, name => ObjectName.IsDomain(name));
        IEnumerable<string> folders = domains.Select(name => $"{folder}/{name}");
        return kind == ObjectKind.Pack
            ? [.. folders.SelectMany(path => NamesIn(root, path, name => CanHold(name, prefix)).Select(name => $"{path}/{name}"))]
            : [.. folders];
    }

    /// <summary>What is named like an object of a kind in one directory: also what is no file, so that it is found to be
    /// damaged and not missing.</summary>
    /// <param name="folder">The directory.</param>
    /// <param name="path">Its path below the root.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="prefix">What the ids begin with.</param>
    /// <exception cref="FileSystemException">The directory cannot be listed.</exception>
    internal static List<ObjectInfo> List(LocalDirectory folder, string path, ObjectKind kind, string prefix)
    {
        string domain = ObjectName.HasDomain(kind) ? path.Split('/')[1] : string.Empty;
        List<ObjectInfo> objects = [];
        foreach (string fileName in folder.Names())
        {
            if (ObjectName.TryParse(kind, domain, fileName, out ObjectName name)
                && name.Id.StartsWith(prefix, StringComparison.Ordinal)
                && (kind != ObjectKind.Pack || name.Folder == path)
                && TryLook(folder, fileName) is LocalEntry entry)
            {
                objects.Add(new ObjectInfo(name, entry.Length, entry.ReceivedAt));
            }
        }

        return objects;
    }

    private static bool CanHold(string packFolder, string prefix) => ObjectName.IsPackFolder(packFolder)
        && (prefix.StartsWith(packFolder, StringComparison.Ordinal) || packFolder.StartsWith(prefix, StringComparison.Ordinal));

    private static List<string> NamesIn(LocalDirectory root, string path, Func<string, bool> counts)
    {
        using LocalDirectory? folder = root.TryOpen(path);
        return folder is null ? [] : [.. folder.Names().Where(counts)];
    }

    private static LocalEntry? TryLook(LocalDirectory folder, string name)
    {
        try
        {
            return folder.Look(name);
        }
        catch (FileSystemException e)
        {
            // The one that cannot be examined is in the list all the same; whoever reads it learns why it cannot be.
            return LocalEntry.Odd(e.Message);
        }
    }
}
