namespace SnapFs.Testing.Trees;

/// <summary>
/// A small tree written as a literal: <c>new TestTree { ["a/b"] = "text", ["empty/"] = "" }</c>. Parents are made; a
/// name that ends in a slash is an empty directory. All times are the same, so that two trees made alike compare as
/// equal.
/// </summary>
public sealed class TestTree
{
    private readonly SortedDictionary<string, byte[]> files = new(StringComparer.Ordinal);

    /// <summary>The content of a file as UTF-8.</summary>
    public string this[string path]
    {
        set => files[path] = value.ToBytes();
    }

    /// <summary>Adds a file with binary content.</summary>
    public TestTree With(string path, byte[] content)
    {
        files[path] = content;
        return this;
    }

    /// <summary>Writes the tree below a directory, which is made if it is missing.</summary>
    /// <returns>The directory.</returns>
    public string WriteTo(string directory)
    {
        Directory.CreateDirectory(directory);
        foreach ((string path, byte[] content) in files)
        {
            string full = Path.Combine(directory, path);
            if (path.EndsWith('/'))
            {
                Directory.CreateDirectory(full);
                continue;
            }

            Directory.CreateDirectory(Path.GetDirectoryName(full)!); // not null: it lies below the directory
            File.WriteAllBytes(full, content);
            File.SetLastWriteTimeUtc(full, DateTime.UnixEpoch.AddYears(50));
        }

        return directory;
    }
}
