using System.CommandLine;
using SnapFs.Cli.Hosting;
using SnapFs.Jobs.Connections;
using SnapFs.Jobs.References;
using SnapFs.Jobs.Volumes;
using SnapFs.Jobs.Vos;
using SnapFs.Repository.Reading;
using SnapFs.Snapshots;

namespace SnapFs.Cli.Commands.Volumes;

/// <summary><c>snapfs volume discard</c>: removes a volume from the cell.</summary>
internal static class VolumeDiscardCommand
{
    public static CliCommand Create()
    {
        Argument<string?> name = new("name")
        {
            HelpName = "NAME",
            Description = "The volume to remove from its file server.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<string?> copy = new("--copy")
        {
            Description = "Instead of a volume, remove this snapshot from the repository: one of two copies of a dump that differ.",
            HelpName = "ID",
        };
        Option<bool> yes = Confirmation.Option();
        VosOptions vos = new();
        return new CliCommand("discard", "Remove a volume that is no longer needed from the cell.")
        {
            TimeToEnd = CliCommand.LongTimeToEnd,
            Run = (context, cancellationToken) => (context.Parse.GetValue(name), context.Parse.GetValue(copy)) switch
            {
                ({ } volume, null) => RunAsync(context, volume, context.Parse.GetValue(yes), vos, cancellationToken),
                (null, { } id) => RemoveCopyAsync(context, id, context.Parse.GetValue(yes), cancellationToken),
                _ => throw new UsageException("discard takes the NAME of a volume or --copy"),
            },
            Arguments = { name },
            Options = { copy, yes, vos.All },
            Notes =
            [
                "'vos remove', which cannot be undone. What is in the repository stays.",
                "With --copy nothing in the cell is touched. Only one of several copies of the same dump can be removed, and only if no "
                    + "increment was applied on it.",
            ],
            Examples =
            [
                new("snapfs volume discard user.alice.R", "A volume restored to look at; asks for the name to be typed"),
                new("snapfs volume discard user.alice.old --yes", "What 'snapfs volume replace' has kept"),
                new("snapfs volume discard --copy 3f9c2a71", "The damaged one of two copies that 'snapfs volume import' told of"),
            ],
        };
    }

    private static async Task<ExitCode> RunAsync(
        CommandContext context, string name, bool yes, VosOptions vos, CancellationToken cancellationToken)
    {
        VolumeServer.RequireName(name);
        VolumeServer server = new(vos.Find(context));
        if (!await server.ExistsAsync(name, cancellationToken).ConfigureAwait(false))
        {
            throw new JobException(ErrorKind.NotFound, $"there is no volume {name}");
        }

        if (!yes)
        {
            Confirmation.Require(context, $"The volume {name} and its backup clone are removed for ever.", name);
        }

        await server.RemoveAsync(name, cancellationToken).ConfigureAwait(false);
        context.Output.Summary($"removed the volume {name}");
        return ExitCode.Success;
    }

    private static async Task<ExitCode> RemoveCopyAsync(
        CommandContext context, string id, bool yes, CancellationToken cancellationToken)
    {
        await using RepositoryConnection connection = await context.ConnectAsync(cancellationToken).ConfigureAwait(false);
        using RepositoryReader reader = await connection.OpenReaderAsync(cancellationToken).ConfigureAwait(false);
        CopyRemoval removal = CopyRemoval.Of(reader.Snapshots, id);
        if (!yes)
        {
            SnapshotHead copy = removal.Copy;
            Confirmation.Require(
                context,
                $"The copy of {SafeText.Of(copy.Volume?.Name ?? "")} of {Units.Time(copy.Started)} that was taken in at "
                    + $"{Units.Time(copy.Ended)} is removed for ever; that of {Units.Time(removal.Stays.Ended)} stays.",
                SnapshotNames.ShortId(copy));
        }

        await removal.RunAsync(connection.Storage, cancellationToken).ConfigureAwait(false);
        context.Output.Summary(
            $"removed snapshot {SnapshotNames.ShortId(removal.Copy)}; {SnapshotNames.ShortId(removal.Stays)} of the same dump stays");
        return ExitCode.Success;
    }
}
