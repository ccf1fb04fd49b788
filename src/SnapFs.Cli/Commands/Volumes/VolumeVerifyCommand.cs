using System.CommandLine;
using SnapFs.Cli.Hosting;
using SnapFs.Cli.Output;
using SnapFs.Jobs.Volumes;
using SnapFs.Jobs.Vos;
using SnapFs.Snapshots;

namespace SnapFs.Cli.Commands.Volumes;

/// <summary><c>snapfs volume verify</c>: whether volumes can be given back.</summary>
internal static class VolumeVerifyCommand
{
    public static CliCommand Create()
    {
        Argument<string[]> what = new("what")
        {
            HelpName = "[DATE] [VOLUME]",
            Description = "The state of a day, a time or latest; all by default. Volumes: only these.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        Option<bool> live = new("--live")
        {
            Description = "Compare the state, by default the latest, with the volume as it is in the cell: vos dumps it.",
        };
        Option<string?> cell = VolumeArguments.Cell();
        VosOptions vos = new();
        return new CliCommand("verify", "Read all dumps of volumes, and check what would be given back.")
        {
            Run = (context, cancellationToken) => RunAsync(
                context,
                context.Parse.GetValue(what) ?? [],
                context.Parse.GetValue(cell),
                context.Parse.GetValue(live) ? vos : null,
                cancellationToken),
            Arguments = { what },
            Options = { live, cell, vos.All },
            Notes =
            [
                "Of each dump every byte is read and parsed as vos would. The chain is applied anew, and the full dump made up of "
                    + "each day must have the same vnodes with the same contents. Exits with 13 if anything is damaged.",
                "--live finds what no dump shows: that the volume was restored from an older dump and then edited, so that increments "
                    + "after that mix both. Whatever has not changed in the cell since the state has to be the same in it. Exits with 1 if "
                    + "it is not. What is dumped is what the state was made of, the clone or the volume.",
                VolumeArguments.Note,
            ],
            Examples =
            [
                new("snapfs volume verify user.alice mail.alice", "Two volumes"),
                new("snapfs volume verify --quiet", "All of them, from a timer"),
                new("snapfs volume verify --live user.alice", "Its latest state and the volume in the cell"),
            ],
        };
    }

    private static async Task<ExitCode> RunAsync(
        CommandContext context, string[] what, string? cell, VosOptions? vos, CancellationToken cancellationToken)
    {
        bool hasDate = VolumeDate.TryParse(what.FirstOrDefault() ?? "", out VolumeDate? date);
        string[] volumes = hasDate ? what[1..] : what;
        VolumeServer? server = vos is null ? null : new VolumeServer(vos.Find(context, cell));
        await using VolumeSession session = await context.OpenVolumesAsync(cell, cancellationToken)
            .ConfigureAwait(false);
        IReadOnlyList<SnapshotHead> states = session.States.Of(volumes);
        if (hasDate || server is not null)
        {
            states = VolumeStates.LastOfEach(states, date ?? VolumeDate.Latest);
        }

        VolumeVerification verification = new(session, cancellationToken);
        ExitCode code = Problems.Report(context.Output, session.Problems);
        if (server is not null)
        {
            return await CompareAsync(context.Output, verification, server, states, code).ConfigureAwait(false);
        }

        long count = 0;
        foreach (SnapshotHead state in verification.InOrder(states, withChains: hasDate))
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

    private static async Task<ExitCode> CompareAsync(
        CommandOutput output, VolumeVerification verification, VolumeServer server, IEnumerable<SnapshotHead> states, ExitCode code)
    {
        foreach (SnapshotHead state in states)
        {
            string name = $"{SafeText.Of(state.Volume?.Name ?? "")} of {Units.Time(state.Started)}";
            try
            {
                LiveComparison comparison = await verification.CompareLiveAsync(server, state).ConfigureAwait(false);
                Show(output, state, name, comparison);
                code = code.Or(comparison.Finding is null ? ExitCode.Success : ExitCode.Failed);
            }
            catch (SnapFsException e) when (FailureScope.IsOfOne(e))
            {
                output.Error(Problem.Of(e) with { Text = $"{name}: {e.Message}" });
                code = code.Or(ExitCodes.Of(e.Kind));
            }
        }

        return code;
    }

    private static void Show(CommandOutput output, SnapshotHead state, string name, LiveComparison comparison)
    {
        if (output.IsJson)
        {
            output.Json("volumeCompared", json =>
            {
                json.WriteString("snapshot", state.Id.ToString());
                json.WriteString("name", state.Volume?.Name);
                json.WriteString("date", Units.ExactTime(state.Started));
                json.WriteBoolean("same", comparison.Finding is null);
                json.WriteNumber("vnodesCompared", comparison.Compared);
                json.WriteNumber("vnodesDifferent", comparison.Different.Count);
            });
        }

        if (comparison.Finding is { } finding)
        {
            output.Error(new Problem(ErrorKind.Changed, $"{name}: {finding}"));
        }
        else
        {
            output.Summary($"{name}: as in the cell, {Units.Count(comparison.Compared, "vnode")} compared");
        }
    }

    private static bool Verify(CommandOutput output, VolumeVerification verification, SnapshotHead state)
    {
        string? finding = null;
        bool isWhole = false;
        try
        {
            isWhole = verification.Verify(state);
        }
        catch (SnapFsException e) when (e.Kind == ErrorKind.Damaged)
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
            output.Error(new Problem(ErrorKind.Damaged, $"{name}: {finding}"));
            return false;
        }

        string chain = isWhole ? "" : "; the dump before it is gone, so the chain was not applied";
        output.Summary($"{name}: sound{chain}{SalvageView.Text(state, "; it was ")}");
        return true;
    }
}
