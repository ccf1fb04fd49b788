using System.CommandLine;
using SnapFs.Cli.Hosting;
using SnapFs.Objects;
using SnapFs.Repository;

namespace SnapFs.Cli.Commands.Keys;

/// <summary><c>snapfs key change</c>.</summary>
internal static class KeyChangeCommand
{
    public static CliCommand Create()
    {
        Argument<string?> name = new("slot")
        {
            HelpName = "SLOT",
            Description = "The label of the passphrase or 8 or more digits of its id; without it, the one in use.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        NewSlot slot = new();
        return new CliCommand("change", "Replace a passphrase.")
        {
            Run = (context, cancellationToken) => slot.StoreAsync(
                context,
                (request, token) => ChangeAsync(request, context.Parse.GetValue(name), token),
                cancellationToken),
            Arguments = { name },
            Options = { slot.Options },
            Notes =
            [
                "Who knows the old passphrase and has a copy of its slot from before has your key, which opens the repository "
                    + "still: where that matters, start a new one.",
            ],
            Examples =
            [
                new("snapfs key change", "Replace the passphrase that opens the repository now"),
                new("snapfs key change ann", "Replace somebody's passphrase"),
            ],
        };
    }

    private static async Task<(ObjectId Slot, string What)> ChangeAsync(
        NewSlot.Request request, string? name, CancellationToken cancellationToken)
    {
        ObjectId old = name is not null
            ? (await request.Manager.FindAsync(name, cancellationToken).ConfigureAwait(false)).Id
            : request.Current
                ?? throw new UsageException("a key file opened the repository; name the passphrase to change");
        using RepositorySecret.Password password = request.ReadPassword();
        ObjectId added = await request.Manager.ChangeAsync(old, password, request.Parameters, cancellationToken)
            .ConfigureAwait(false);
        return (added, $"replaced passphrase slot {old.ToString()[..12]} with");
    }
}
