using System.CommandLine;
using SnapFs.Cli.Hosting;
using SnapFs.Cli.Output;
using SnapFs.Cli.Volumes;
using SnapFs.Snapshots;

namespace SnapFs.Cli.Commands.Volumes;

/// <summary><c>snapfs volume verify</c>: whether volumes can be given back.</summary>
internal static class VolumeVerifyCommand
{
    public static CliCommand Create()
    {
        Argument<string?> volume = new("volume")
        {
            HelpName = "VOLUME",
            Description = "The volume; all by default.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<string?> cell = VolumeArguments.Cell();
        return new CliCommand("verify", "Read all dumps of volumes, and check what would be given back.")
        {
            Run = (context, cancellationToken) => RunAsync(
                context, context.Parse.GetValue(volume), context.Parse.GetValue(cell), cancellationToken),
            Arguments = { volume },
            Options = { cell },
            Notes =
            [
                "Of each dump every byte is read and parsed as vos would. The chain is applied anew, and the full dump made up of "
                    + "each day must have the same vnodes with the same contents. Exits with 13 if anything is damaged.",
            ],
            Examples =
            [
                new("snapfs volume verify user.alice", "One volume"),
                new("snapfs volume verify --quiet", "All of them, from a timer"),
            ],
        };
    }

    private static async Task<ExitCode> RunAsync(
        CommandContext context, string? volume, string? cell, CancellationToken cancellationToken)
    {
        await using VolumeSession session = await VolumeSession.OpenAsync(context, cell, cancellationToken)
            .ConfigureAwait(false);
        IEnumerable<SnapshotHead> states = volume is null ? session.States.All : session.States.Of(volume);
        VolumeVerification verification = new(session, cancellationToken);
        long count = 0;
        ExitCode code = Problems.Report(context.Output, session.Problems);
        foreach (SnapshotHead state in states
            .OrderBy(state => state.Host, StringComparer.Ordinal)
            .ThenBy(state => state.Volume?.Id)
            .ThenBy(state => (state.Volume?.Full ?? state.Id).ToString(), StringComparer.Ordinal)
            .ThenBy(state => state.Started)
            .ThenByDescending(state => state.Dump?.IsFull))
        {
            count++;
            if (!Verify(context.Output, verification, state))
            {
                code = ExitCode.Damaged;
            }
        }

        context.Output.Summary(
            $"{Units.Count(count, "dump")} verified{(code == ExitCode.Damaged ? "; some are damaged" : "")}");
        return code;
    }

    private static bool Verify(CommandOutput output, VolumeVerification verification, SnapshotHead state)
    {
        string? finding = null;
        bool isWhole = false;
        try
        {
            isWhole = verification.Verify(state);
        }
        catch (SnapFsException e) when (e.ExitCode == ExitCode.Damaged)
        {
            finding = e.Message;
        }

        string name = $"{SafeText.Of(state.Volume?.Name ?? "")} of {Units.Time(state.Started)}";
        if (output.IsJson)
        {
            output.Json("volumeVerified", json =>
            {
                json.WriteString("snapshot", state.Id.ToString());
                json.WriteString("name", state.Volume?.Name);
                json.WriteString("date", Units.ExactTime(state.Started));
                json.WriteBoolean("sound", finding is null);
                json.WriteBoolean("chainApplied", isWhole);
                if (finding is not null)
                {
                    json.WriteString("finding", finding);
                }
            });
        }

        if (finding is not null)
        {
            output.Error($"{name}: {finding}");
            return false;
        }

        output.Summary($"{name}: sound{(isWhole ? "" : "; the dump before it is gone, so the chain was not applied")}{SalvageOf(state)}");
        return true;
    }

    private static string SalvageOf(SnapshotHead state) =>
        state.Dump is { Salvage: { } salvage } dump ? $"; it was {SalvageView.Text(dump, salvage)}" : "";
}
