namespace SnapFs.Cli.Commands.BackupManager;

/// <summary>Volumes as <c>backup-manager</c> called them: by the file of the dump.</summary>
internal static class DumpFileName
{
    private static readonly string[] Suffixes = [".aescrypt", ".gz", ".dump"];

    /// <summary>The volume of a file such as <c>user.alice.dump.gz.aescrypt</c>; a name without such suffixes is the volume's.</summary>
    public static string VolumeOf(string name)
    {
        foreach (string suffix in Suffixes)
        {
            if (name.Length > suffix.Length && name.EndsWith(suffix, StringComparison.Ordinal))
            {
                name = name[..^suffix.Length];
            }
        }

        return name;
    }
}
