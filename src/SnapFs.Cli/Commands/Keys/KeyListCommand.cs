using SnapFs.Cli.Hosting;
using SnapFs.Jobs.Connections;
using SnapFs.Repository.Keys;
using SnapFs.Trees;

namespace SnapFs.Cli.Commands.Keys;

/// <summary><c>snapfs key list</c>.</summary>
internal static class KeyListCommand
{
    public static CliCommand Create() => new("list", "List the passphrase slots; the one in use is marked with *.")
    {
        Run = RunAsync,
        Examples = [new("snapfs key list", "Show who can open the repository")],
    };

    private static async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using RepositoryConnection session = await context.ConnectAsync(cancellationToken).ConfigureAwait(false);
        KeyManager manager = new(session.Storage, session.Opened, context.Environment.Clock);
        IReadOnlyList<Slot> slots = await manager.ListAsync(cancellationToken).ConfigureAwait(false);
        TextTable table = new("", "ID", "Created", ">Memory", ">Passes", "Label");
        foreach (Slot slot in slots)
        {
            bool inUse = slot.Id == session.Opened.Keys.Slot;
            string created = Units.Time(Timestamp.From(slot.Created), context.Zone);
            if (context.Output.IsJson)
            {
                context.Output.Json("slot", json =>
                {
                    json.WriteString("id", slot.Id.ToString());
                    json.WriteString("created", created);
                    json.WriteNumber("memoryBytes", slot.Parameters.MemoryKiB * 1024L);
                    json.WriteNumber("passes", slot.Parameters.Passes);
                    json.WriteString("label", slot.Label);
                    json.WriteBoolean("inUse", inUse);
                });
            }

            table.Add(
                inUse ? "*" : "",
                slot.Id.ToString()[..12],
                created,
                Units.Bytes(slot.Parameters.MemoryKiB * 1024L),
                Units.Count(slot.Parameters.Passes),
                SafeText.Of(slot.Label));
        }

        if (!context.Output.IsJson)
        {
            context.Output.Write(table.ToString());
        }

        return ExitCode.Success;
    }
}
