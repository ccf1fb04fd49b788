namespace SnapFs.Jobs.Vos;

/// <summary>Finds the programs of OpenAFS.</summary>
public static class AfsProgram
{
    /// <summary>Where they are, if the path does not say.</summary>
    private const string UsualPlaces = "/usr/bin:/usr/sbin:/usr/afs/bin:/usr/afsws/bin:/usr/afsws/etc";

    /// <summary>The path of <c>vos</c> or <c>fs</c>.</summary>
    /// <param name="path">The directories to look in first, separated by colons; null for none.</param>
    /// <param name="program">Its name.</param>
    /// <exception cref="JobException">It is not installed.</exception>
    public static string Find(string? path, string program) =>
        InstalledProgram.Find($"{path}:{UsualPlaces}", program, "openafs-client");
}
