namespace SnapFs.Testing.Volumes;

/// <summary>The dumps of a real AFS cell in <c>tests/fixtures/afs</c>.</summary>
public static class DumpSamples
{
    /// <summary>The directory of the samples.</summary>
    public static string Folder { get; } = FindFolder();

    /// <summary>Names of all dumps, sorted.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. Directory.EnumerateFiles(Folder, "*.dump").Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    /// <summary>The bytes of a dump.</summary>
    public static byte[] Read(string name) => File.ReadAllBytes(Path.Combine(Folder, name));

    private static string FindFolder()
    {
        for (DirectoryInfo? directory = new(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            string folder = Path.Combine(directory.FullName, "tests", "fixtures", "afs");
            if (Directory.Exists(folder))
            {
                return folder;
            }
        }

        throw new DirectoryNotFoundException($"no tests/fixtures/afs above {AppContext.BaseDirectory}");
    }
}
