using SnapFs.Cli.Hosting;
using SnapFs.Cli.Output;
using SnapFs.Jobs.Connections;
using SnapFs.Jobs.Volumes;

namespace SnapFs.Cli.Commands.Volumes;

/// <summary><c>snapfs volume import</c>: takes volume dumps in.</summary>
internal static class VolumeImportCommand
{
    public static CliCommand Create()
    {
        VolumeImportFlags flags = new();
        return new CliCommand("import", "Take in dumps that 'vos dump' has written.")
        {
            TimeToEnd = CliCommand.LongTimeToEnd,
            WhenStopped = "stopped; the dumps that were named above are taken in, and what else was stored is used by the next run",
            Run = (context, cancellationToken) => RunAsync(context, flags, cancellationToken),
            Arguments = { flags.Files },
            Options = { flags.Options },
            Notes =
            [
                "A dump of a .backup or .readonly volume belongs to the volume that was cloned. Several dumps may be given in any "
                    + "order; pipes are read in the order given. An increment is refused if a dump before it is missing or the volume "
                    + "went back to an earlier state; the message says which.",
                "One thing no dump shows: that an older state was restored over the volume (vos restore -overwrite full) and then "
                    + "edited. An increment after that is taken, and mixes both. --from-cell asks the cell, records the dates of the "
                    + "volume with the state, and takes a full dump when they changed; 'snapfs volume verify --live' finds it later.",
                "A dump that is there already is read and compared. If it has the same headers and other contents, one of the two "
                    + "copies is damaged: both are kept, the newer one counts, and what differs is listed. Increments on the other "
                    + "one have to be taken in once more; 'snapfs volume discard --copy' removes one.",
                "Of a dump that is cut off or damaged, --salvage takes in the files that are whole; the names of the others are left "
                    + "out, and -v lists them. The whole dump may be taken in later. No increment can follow what was salvaged.",
                "Names that are saved with a volume hold for its later dumps until others are given; days before keep theirs.",
                "Exits with 5 if an increment was refused because another dump is needed, with 1 if a dump is damaged, with 3 if one "
                    + "was only salvaged or is another copy; the others are taken in.",
            ],
            Examples =
            [
                new("snapfs volume import user.alice.full.dump user.alice.incr.dump", "A full dump and an increment"),
                new("snapfs volume import - --tag nightly", "What 'vos dump' writes to a pipe"),
                new("snapfs volume import --from-cell user.alice.backup mail.alice.backup", "Dump and take in, full or increment"),
                new("snapfs volume import --filter 'ccrypt -cdk /root/key | gunzip' old/*.gz.cpt", "Old dumps, encrypted"),
                new("snapfs volume import --salvage -v user.alice.cut.dump", "What is whole in a dump that is cut off"),
                new("snapfs volume import --names entries.txt mail.alice.dump", "With the names of users and groups"),
            ],
        };
    }

    private static async Task<ExitCode> RunAsync(
        CommandContext context, VolumeImportFlags flags, CancellationToken cancellationToken)
    {
        VolumeImportRequest request = flags.Read(context);
        if (!request.IsCellGiven)
        {
            SayCell(context.Output, request.Cell);
        }

        await using RepositoryConnection connection = await context.ConnectAsync(cancellationToken).ConfigureAwait(false);
        VolumeImportJob job = new(
            connection, request, context.Observer, new VolumeImportView(context.Output, context.Settings.Debug, cancellationToken));
        VolumeImportSummary summary = await job.RunAsync(cancellationToken).ConfigureAwait(false);
        return summary.FirstFailure is { } failure
            ? ExitCodes.Of(failure.Kind)
            : (summary.IsPartial || !summary.IsRepositoryWhole ? ExitCode.Partial : ExitCode.Success);
    }

    /// <summary>A dump does not say which cell it is of.</summary>
    private static void SayCell(CommandOutput output, string cell)
    {
        if (cell == VolumeImportFlags.UnknownCell)
        {
            output.Warning($"no cell is named by --cell or {VolumeImportFlags.CellFile}; volumes are recorded under {cell}");
        }
        else
        {
            output.Summary($"cell {SafeText.Of(cell)}, as {VolumeImportFlags.CellFile} says");
        }
    }
}
