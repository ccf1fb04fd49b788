using System.CommandLine;
using SnapFs.Cli.Hosting;
using SnapFs.Jobs.Connections;
using SnapFs.Repository.Keys;

namespace SnapFs.Cli.Commands.Keys;

/// <summary><c>snapfs key remove</c>.</summary>
internal static class KeyRemoveCommand
{
    public static CliCommand Create()
    {
        Argument<string> slot = new("slot")
        {
            HelpName = "SLOT",
            Description = "The label of the passphrase or 8 or more digits of its id.",
        };
        return new CliCommand("remove", "Remove a passphrase; the last one stays.")
        {
            Run = (context, cancellationToken) => RunAsync(
                context, context.Parse.GetRequiredValue(slot), cancellationToken),
            Arguments = { slot },
            Notes =
            [
                "Who knows the passphrase and has a copy of its slot has the key in it, which opens the repository still: where that "
                    + "matters, start a new one.",
            ],
            Examples = [new("snapfs key remove ann", "Somebody leaves; change the other secrets she knows as well")],
        };
    }

    private static async Task<ExitCode> RunAsync(
        CommandContext context, string name, CancellationToken cancellationToken)
    {
        await using RepositoryConnection session = await context.ConnectAsync(cancellationToken).ConfigureAwait(false);
        KeyManager manager = new(context.Listed(session.Storage), session.Opened, context.Environment.Clock);
        Slot slot = await manager.FindAsync(name, cancellationToken).ConfigureAwait(false);
        await manager.RemoveAsync(slot.Id, cancellationToken).ConfigureAwait(false);
        SlotOutput.Show(context.Output, slot.Id, "removed passphrase slot");
        return ExitCode.Success;
    }
}
