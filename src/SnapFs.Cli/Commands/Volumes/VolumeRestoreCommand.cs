using System.CommandLine;
using SnapFs.Cli.Hosting;
using SnapFs.Cli.Volumes;
using SnapFs.Cli.Vos;

namespace SnapFs.Cli.Commands.Volumes;

/// <summary><c>snapfs volume restore</c>: restores a volume under a new name.</summary>
internal static class VolumeRestoreCommand
{
    public static CliCommand Create()
    {
        Argument<string> date = VolumeArguments.Date();
        Argument<string> volume = VolumeArguments.Volume();
        Argument<string> newName = new("newname")
        {
            HelpName = "NEWNAME",
            Description = "The volume to make; there must be none of this name.",
        };
        Option<string?> server = new("--server")
        {
            Description = "The file server; that of the volume by default.",
            HelpName = "SERVER",
        };
        Option<string?> partition = new("--partition")
        {
            Description = "The partition of the server; that of the volume by default.",
            HelpName = "PARTITION",
        };
        Option<string?> mount = new("--mount")
        {
            Description = "Make a mount point of the new volume at this path below /afs.",
            HelpName = "PATH",
        };
        Option<string?> cell = VolumeArguments.Cell();
        VosOptions vos = new();
        return new CliCommand("restore", "Restore a volume as it was on a day, under a new name.")
        {
            Run = (context, cancellationToken) => VolumeRestoration.RunAsync(
                context,
                new VolumeRestoreRequest(
                    VolumeDate.Parse(context.Parse.GetRequiredValue(date)),
                    context.Parse.GetRequiredValue(volume),
                    context.Parse.GetRequiredValue(newName),
                    context.Parse.GetValue(cell),
                    context.Parse.GetValue(server),
                    context.Parse.GetValue(partition),
                    context.Parse.GetValue(mount),
                    vos),
                cancellationToken),
            Arguments = { date, volume, newName },
            Options = { server, partition, mount, cell, vos.All },
            Notes =
            [
                "One full dump of that day is made on the fly and fed to 'vos restore'. If that fails or is stopped, the half-made "
                    + "volume is removed from the server. The volume itself is not touched: 'snapfs volume replace' puts the restored "
                    + "one in its place.",
                VolumeArguments.Note,
            ],
            Examples =
            [
                new("snapfs volume restore 2026.11.21 user.alice user.alice.R", "Beside the volume, on the same server"),
                new("snapfs volume restore latest user.alice user.alice.R --mount /afs/.example.org/tmp/alice", "And mount it"),
            ],
        };
    }
}
