using System.Buffers;

namespace SnapFs.Storage;

/// <summary>Lists the objects in the directories of a local repository.</summary>
internal static class LocalListing
{
    private const int PackFolderDigits = 2;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>The names of the directories below <c>packs/</c> that can hold packs whose ids have a prefix.</summary>
    /// <exception cref="FileSystemException">They cannot be listed.</exception>
    internal static IEnumerable<string> PackFolders(LocalDirectory packs, string prefix)
    {
        string start = prefix.Length > PackFolderDigits ? prefix[..PackFolderDigits] : prefix;
        return packs.Names().Where(name => name.Length == PackFolderDigits
            && !name.AsSpan().ContainsAnyExcept(HexDigits)
            && name.StartsWith(start, StringComparison.Ordinal));
    }

    /// <summary>What is named like an object of a kind in one directory: also what is no file, so that it is found to be
    /// damaged and not missing.</summary>
    /// <exception cref="FileSystemException">The directory cannot be listed.</exception>
    internal static List<ObjectInfo> List(LocalDirectory folder, ObjectKind kind, string prefix)
    {
        List<ObjectInfo> objects = [];
        foreach (string id in folder.Names())
        {
            if (id.StartsWith(prefix, StringComparison.Ordinal)
                && ObjectName.TryParse(kind, id, out ObjectName name)
                && (kind != ObjectKind.Pack || Path.GetFileName(folder.Path) == PackFolderOf(name))
                && TryLook(folder, id) is LocalEntry entry)
            {
                objects.Add(new ObjectInfo(name, entry.Length, entry.ReceivedAt));
            }
        }

        return objects;
    }

    /// <summary>The name of the directory below <c>packs/</c> that an object belongs into.</summary>
    internal static string PackFolderOf(ObjectName pack) => pack.Id[..PackFolderDigits];

    private static LocalEntry? TryLook(LocalDirectory folder, string id)
    {
        try
        {
            return folder.Look(id);
        }
        catch (FileSystemException e)
        {
            // The one that cannot be examined is in the list all the same; whoever reads it learns why it cannot be.
            return LocalEntry.Odd(e.Message);
        }
    }
}
