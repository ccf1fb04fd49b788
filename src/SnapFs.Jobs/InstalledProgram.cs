namespace SnapFs.Jobs;

/// <summary>Finds programs of others.</summary>
internal static class InstalledProgram
{
    /// <summary>The absolute path of one.</summary>
    /// <param name="places">The directories to look in, separated by colons; null for none.</param>
    /// <param name="program">Its name.</param>
    /// <param name="package">The Debian package that it is in.</param>
    /// <exception cref="JobException">It is not installed.</exception>
    public static string Find(string? places, string program, string package) =>
        (places ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(place => Path.GetFullPath(Path.Combine(place, program)))
            .FirstOrDefault(File.Exists)
            ?? throw new JobException(
                ErrorKind.Environment, $"{program} is not installed here: it is in the Debian package {package}");
}
