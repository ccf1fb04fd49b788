using SnapFs.Cli.Hosting;

namespace SnapFs.Cli.Vos;

/// <summary>Finds the programs of OpenAFS.</summary>
internal static class AfsProgram
{
    /// <summary>Where they are, if the path does not say.</summary>
    private const string UsualPlaces = "/usr/bin:/usr/sbin:/usr/afs/bin:/usr/afsws/bin:/usr/afsws/etc";

    /// <summary>The path of <c>vos</c> or <c>fs</c>.</summary>
    /// <exception cref="JobException">It is not installed.</exception>
    public static string Find(CliEnvironment environment, string program)
    {
        string places = $"{environment.NonEmpty("PATH")}:{UsualPlaces}";
        return places
            .Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(place => Path.Combine(place, program))
            .FirstOrDefault(File.Exists)
            ?? throw new JobException(
                ErrorKind.Environment,
                $"{program} is not installed here: it is in the Debian package openafs-client");
    }
}
