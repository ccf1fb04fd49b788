using System.CommandLine;
using SnapFs.Afs.Reading;
using SnapFs.Cli.Hosting;
using SnapFs.Jobs.Connections;
using SnapFs.Jobs.Volumes;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Cli.Commands.Volumes;

/// <summary><c>snapfs volume get</c>: gives a volume back as a dump.</summary>
internal static class VolumeGetCommand
{
    public static CliCommand Create()
    {
        Argument<string> date = VolumeArguments.Date();
        Argument<string> volume = VolumeArguments.Volume();
        Option<string?> output = new("--output", "-o")
        {
            Description = "A new file, which only you may read; standard output by default.",
            HelpName = "FILE",
        };
        Option<bool> original = new("--original")
        {
            Description = "The dump as vos wrote it; with a directory as FILE, every dump of the chain up to it.",
        };
        Option<string?> cell = VolumeArguments.Cell();
        return new CliCommand("get", "Write one full dump of a volume as it was on a day.")
        {
            Run = (context, cancellationToken) => RunAsync(
                context,
                VolumeDate.Parse(context.Parse.GetRequiredValue(date)),
                context.Parse.GetRequiredValue(volume),
                context.Parse.GetValue(output),
                context.Parse.GetValue(original),
                context.Parse.GetValue(cell),
                cancellationToken),
            Arguments = { date, volume },
            Options = { output, original, cell },
            Notes =
            [
                "The dump is made up of the state that the chain of dumps had led to: one file to restore instead of a full dump "
                    + "and its increments. A dump holds everything in a volume, whoever may read it there.",
                VolumeArguments.Note,
            ],
            Examples =
            [
                new("snapfs volume get 2026.11.21 user.alice -o alice.dump", "A full dump of that day"),
                new("snapfs volume get latest user.alice | vos restore fs1 a user.alice.R", "Restore it without a file"),
                new("snapfs volume get 2026.11.21 user.alice --original -o dumps/", "The full dump and the increments up to it"),
            ],
        };
    }

    /// <summary>Gives a volume back.</summary>
    internal static async Task<ExitCode> RunAsync(
        CommandContext context, VolumeDate date, string volume, string? file, bool original, string? cell,
        CancellationToken cancellationToken)
    {
        if (file is null && context.Environment.OutputIsTerminal)
        {
            // A dump is bytes, and holds what nobody but its owner may read.
            throw new JobException(
                ErrorKind.Refused, "a dump is not for a terminal; name a file with -o or redirect standard output");
        }

        await using VolumeSession session = await context.OpenVolumesAsync(cell, cancellationToken)
            .ConfigureAwait(false);
        ExitCode doubts = context.ReportDoubts(session);
        SnapshotHead state = session.States.At(date, volume);
        StateWarnings.IfOlder(context.Observer, date, state);
        StateWarnings.IfSalvaged(context.Observer, session.States, state);
        if (file is not null && original && Directory.Exists(RawPaths.RequireText(file)))
        {
            foreach (SnapshotHead part in session.States.ChainOf(state))
            {
                Write(context, session.OpenOriginal(part), part, Path.Combine(file, NameOf(part)), cancellationToken);
            }

            return doubts;
        }

        DumpContent dump = original ? session.OpenOriginal(state) : session.OpenFull(state, cancellationToken);
        Write(context, dump, state, file, cancellationToken);
        return original ? doubts : doubts.Or(SalvageView.CodeOf(state));
    }

    private static void Write(
        CommandContext context, DumpContent dump, SnapshotHead state, string? file, CancellationToken cancellationToken)
    {
        if (file is null)
        {
            DumpOutput.Copy(dump, context.Output.Bytes, cancellationToken);
            return;
        }

        DumpOutput.WriteToFile(file, dump, cancellationToken);
        if (context.Output.IsJson)
        {
            context.Output.Json("volumeDump", json =>
            {
                json.WriteString("snapshot", state.Id.ToString());
                json.WriteString("file", file);
                json.WriteNumber("bytes", dump.Length);
            });
        }

        context.Output.Summary($"wrote {SafeText.Of(file)}: {SafeText.Of(state.Volume?.Name ?? "")} of "
            + $"{Units.Time(state.Started)}, {Units.Bytes(dump.Length)}");
    }

    private static string NameOf(SnapshotHead state)
    {
        Timestamp time = state.Started;
        string kind = state.Dump is { IsFull: true } ? "full" : "incr";
        return $"{Units.Time(time).Replace(':', '-')}.{kind}.dump";
    }
}
