using System.CommandLine;
using SnapFs.Cli.Hosting;
using SnapFs.Cli.Output;
using SnapFs.Jobs.Volumes;
using SnapFs.Jobs.Vos;
using SnapFs.Snapshots;

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
            TimeToEnd = CliCommand.LongTimeToEnd,
            Run = (context, cancellationToken) => RunAsync(
                context,
                new VolumeRestoreRequest(
                    VolumeDate.Parse(context.Parse.GetRequiredValue(date)),
                    context.Parse.GetRequiredValue(volume),
                    context.Parse.GetRequiredValue(newName))
                {
                    Server = context.Parse.GetValue(server),
                    Partition = context.Parse.GetValue(partition),
                    MountPath = context.Parse.GetValue(mount),
                },
                context.Parse.GetValue(cell),
                vos,
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
                new("snapfs volume restore latest user.alice user.a.R --mount /afs/.example.org/a", "And mount it"),
            ],
        };
    }

    /// <summary>Restores a volume.</summary>
    internal static async Task<ExitCode> RunAsync(
        CommandContext context, VolumeRestoreRequest request, string? cell, VosOptions vos, CancellationToken cancellationToken)
    {
        VolumeServer server = new(vos.Find(context));
        request = request.MountPath is null
            ? request
            : request with { Fs = AfsProgram.Find(context.Environment.NonEmpty("PATH"), "fs") };
        VolumeRestoreJob job = new(server, request, context.Observer);
        await job.CheckAsync(cancellationToken).ConfigureAwait(false);
        await using VolumeSession session = await context.OpenVolumesAsync(cell, cancellationToken).ConfigureAwait(false);
        ExitCode doubts = context.ReportDoubts(session);
        VolumeRestoreOutcome outcome = await job.RunAsync(session, cancellationToken).ConfigureAwait(false);
        Show(context.Output, outcome, request.MountPath);
        return doubts.Or(SalvageView.CodeOf(outcome.State));
    }

    private static void Show(CommandOutput output, VolumeRestoreOutcome outcome, string? mountPath)
    {
        (SnapshotHead state, VolumeSite site, string name, long length) = outcome;
        if (output.IsJson)
        {
            output.Json("volumeRestore", json =>
            {
                json.WriteString("snapshot", state.Id.ToString());
                json.WriteString("name", name);
                json.WriteString("server", site.Server);
                json.WriteString("partition", site.Partition);
                json.WriteNumber("bytes", length);
            });
        }

        string mounted = mountPath is null ? "" : $", mounted at {SafeText.Of(mountPath)}";
        output.Summary($"restored {SafeText.Of(state.Volume?.Name ?? "")} of {Units.Time(state.Started)} as {name} on "
            + $"{SafeText.Of(site.Server)} {SafeText.Of(site.Partition)}, {Units.Bytes(length)}{mounted}");
    }
}
