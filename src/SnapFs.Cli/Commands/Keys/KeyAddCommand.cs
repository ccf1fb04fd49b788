using System.CommandLine;
using SnapFs.Cli.Hosting;
using SnapFs.Objects;
using SnapFs.Repository;

namespace SnapFs.Cli.Commands.Keys;

/// <summary><c>snapfs key add</c>.</summary>
internal static class KeyAddCommand
{
    public static CliCommand Create()
    {
        Option<string?> label = new("--label")
        {
            Description = "A name for the passphrase, such as the name of who knows it; anyone can read it.",
            HelpName = "TEXT",
        };
        NewSlot slot = new();
        return new CliCommand("add", "Add a passphrase.")
        {
            Run = (context, cancellationToken) => slot.StoreAsync(
                context,
                (request, token) => AddAsync(request, context.Parse.GetValue(label) ?? "", token),
                cancellationToken),
            Options = { label, slot.Options },
            Examples =
            [
                new("snapfs key add --label ann", "Let somebody else open the repository with a passphrase of her own"),
            ],
        };
    }

    private static async Task<(ObjectId Slot, string What)> AddAsync(
        NewSlot.Request request, string label, CancellationToken cancellationToken)
    {
        using RepositorySecret.Password password = request.ReadPassword();
        ObjectId slot = await request.Manager.AddAsync(password, label, request.Parameters, cancellationToken)
            .ConfigureAwait(false);
        return (slot, "added passphrase slot");
    }
}
