using System.IO.Enumeration;

namespace SnapFs.Storage;

/// <summary>Lists the objects in the directories of a local repository, skipping everything that is not one.</summary>
internal static class LocalListing
{
    private static readonly EnumerationOptions Everything = new()
    {
        AttributesToSkip = 0,
        IgnoreInaccessible = false,
        RecurseSubdirectories = false,
    };

    /// <summary>The directories below <c>packs/</c> that can hold packs.</summary>
    internal static List<string> PackFolders(string packs)
    {
        if (!Directory.Exists(packs))
        {
            return [];
        }

        List<string> folders = [];
        try
        {
            for (int i = 0; i < 256; i++)
            {
                string folder = Path.Combine(packs, i.ToString("x2", System.Globalization.CultureInfo.InvariantCulture));
                if (Directory.Exists(folder))
                {
                    folders.Add(folder);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed(packs, e);
        }

        return folders;
    }

    /// <summary>The objects of a kind in one directory; none when it does not exist.</summary>
    internal static List<ObjectInfo> List(ObjectKind kind, string folder)
    {
        List<ObjectInfo> objects = [];
        try
        {
            FileSystemEnumerable<ObjectInfo> entries = new(folder, (ref entry) => Describe(kind, ref entry), Everything)
            {
                ShouldIncludePredicate = (ref entry) => IsObject(kind, folder, ref entry),
            };
            objects.AddRange(entries);
            return objects;
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed(folder, e);
        }
    }

    private static bool IsObject(ObjectKind kind, string folder, ref FileSystemEntry entry) =>
        !entry.IsDirectory
        && ObjectName.TryParse(kind, entry.FileName.ToString(), out ObjectName name)
        && (kind != ObjectKind.Pack || Path.GetFileName(folder.AsSpan()).SequenceEqual(name.Id.AsSpan(0, 2)));

    private static ObjectInfo Describe(ObjectKind kind, ref FileSystemEntry entry)
    {
        // A copying tool may have set the modification time back; the birth of the file is when it came here.
        DateTimeOffset written = entry.LastWriteTimeUtc;
        DateTimeOffset born = entry.CreationTimeUtc;
        ObjectName name = new(kind, entry.FileName.ToString());
        return new ObjectInfo(name, entry.Length, born > written ? born : written);
    }

    private static StorageUnavailableException Failed(string folder, Exception cause) =>
        new($"{folder} cannot be listed: {cause.Message}", cause, isTransient: false);
}
