using System.CommandLine;
using SnapFs.Cli.Hosting;
using SnapFs.Jobs.Connections;
using SnapFs.Mount.Fuse.Mounts;

namespace SnapFs.Cli.Commands;

/// <summary><c>snapfs umount</c>: ends a mount.</summary>
internal static class UmountCommand
{
    public static CliCommand Create()
    {
        Argument<string> directory = new("dir") { HelpName = "DIR", Description = "Where snapshots are mounted." };
        Option<bool> lazy = new("--lazy", "-l")
        {
            Description = "Detach a mount that is in use: it goes when its last user does.",
        };
        return new CliCommand("umount", "End a mount, also one whose process has died.")
        {
            Run = (context, _) =>
            {
                string path = RawPaths.Absolute(context.Parse.GetRequiredValue(directory));
                Unmounter.Unmount(path, context.Parse.GetValue(lazy));
                if (context.Output.IsVerbose)
                {
                    context.Output.Summary($"unmounted {SafeText.Of(path)}");
                }

                return Task.FromResult(ExitCode.Success);
            },
            Arguments = { directory },
            Options = { lazy },
            Examples = [new("snapfs umount /mnt/snapfs", "End a mount that nobody uses")],
        };
    }
}
