using System.Runtime.InteropServices;
using SnapFs.Cli.Hosting;

namespace SnapFs.Cli.Commands;

/// <summary><c>snapfs version</c>: what this program is.</summary>
internal static class VersionCommand
{
    public static CliCommand Create() => new("version", "Show the version of snapfs.")
    {
        Run = (context, _) => Task.FromResult(Run(context)),
        Notes = ["With --verbose also the versions of what it is built on and of the libraries it has loaded."],
        Examples =
        [
            new("snapfs version", "Show the version"),
            new("snapfs version -v --json", "Show all versions for a program or a bug report"),
        ],
    };

    /// <summary>Shows it.</summary>
    public static ExitCode Run(CommandContext context)
    {
        List<(string Name, string Version)> parts = context.Settings.Verbose
            ?
            [
                ("dotnet", Environment.Version.ToString()),
                ("libzstd", LibraryVersions.Zstd()),
                ("libsodium", LibraryVersions.Sodium()),
            ]
            : [];
        if (context.Output.IsJson)
        {
            context.Output.Json("version", json =>
            {
                json.WriteString("version", Product.Version);
                json.WriteString("platform", RuntimeInformation.RuntimeIdentifier);
                foreach ((string name, string version) in parts)
                {
                    json.WriteString(name, version);
                }
            });
            return ExitCode.Success;
        }

        context.Output.Line($"snapfs {Product.Version}");
        foreach ((string name, string version) in parts)
        {
            context.Output.Line($"{name} {version}");
        }

        return ExitCode.Success;
    }
}
