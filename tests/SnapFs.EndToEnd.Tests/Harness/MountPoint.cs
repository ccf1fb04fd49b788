namespace SnapFs.EndToEnd.Tests.Harness;

/// <summary>A running mount; disposing unmounts it with the program's own command.</summary>
public sealed class MountPoint : IDisposable
{
    private readonly RepositoryFixture fixture;
    private bool isMounted = true;

    internal MountPoint(RepositoryFixture fixture, string path)
    {
        this.fixture = fixture;
        Path = path;
    }

    /// <summary>Where it is mounted.</summary>
    public string Path { get; }

    /// <summary>Where the newest snapshot of a source shows an absolute path.</summary>
    public string Latest(string source, string absolutePath) =>
        System.IO.Path.Combine(Path, "hosts", Environment.MachineName, source, "latest", absolutePath.TrimStart('/'));

    /// <summary>Names of the snapshots of a source, without <c>latest</c>.</summary>
    public List<string> Snapshots(string source) => Directory
        .EnumerateFileSystemEntries(System.IO.Path.Combine(Path, "hosts", Environment.MachineName, source))
        .Select(entry => System.IO.Path.GetFileName(entry))
        .Where(name => name != "latest")
        .Order(StringComparer.Ordinal)
        .ToList();

    /// <summary>Unmounts and asserts that it worked.</summary>
    public void Unmount()
    {
        isMounted = false;
        fixture.Run("umount", Path).Expect();
        Assert.False(IsMountPoint(Path), $"{Path} is still mounted after umount");
    }

    public void Dispose()
    {
        if (isMounted && IsMountPoint(Path))
        {
            Unmount();
        }
    }

    /// <summary>Whether the kernel has something mounted there.</summary>
    public static bool IsMountPoint(string path) =>
        File.ReadLines("/proc/self/mounts").Any(line => line.Split(' ')[1] == path);

    /// <summary>The process behind a mount: the one whose command line names the mount point.</summary>
    public static IReadOnlyList<int> ProcessesBehind(string path)
    {
        List<int> found = [];
        foreach (string entry in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(System.IO.Path.GetFileName(entry), out int id) && id != Environment.ProcessId)
            {
                try
                {
                    string[] arguments = File.ReadAllText(System.IO.Path.Combine(entry, "cmdline")).Split('\0');
                    if (arguments.Contains(path))
                    {
                        found.Add(id);
                    }
                }
                catch (IOException)
                {
                    // It ended between the listing and the reading.
                }
            }
        }

        return found;
    }
}
