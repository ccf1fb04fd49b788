using SnapFs.Cli.Hosting;
using SnapFs.Jobs.References;
using SnapFs.Repository.Reading;
using SnapFs.Snapshots;

namespace SnapFs.Cli.Commands;

/// <summary>Finds the snapshots that the references of a command name.</summary>
internal sealed class NamedSnapshots
{
    private readonly CommandContext _context;
    private readonly RepositoryReader _reader;
    private readonly string? _host;

    /// <summary>Reports what cannot be read, as what is sought may be among it.</summary>
    /// <param name="context">The command.</param>
    /// <param name="reader">The repository.</param>
    /// <param name="host">The value of <see cref="SnapshotArguments.Host"/>.</param>
    public NamedSnapshots(CommandContext context, RepositoryReader reader, string? host)
    {
        _context = context;
        _reader = reader;
        _host = host;
        Problems.Report(context.Output, reader.Problems);
    }

    /// <summary>What a command ends with if all else went well: not success if one of the snapshots that cannot be read may be what
    /// was meant.</summary>
    public ExitCode Code { get; private set; }

    /// <summary>Finds the snapshot that a reference names.</summary>
    /// <param name="text">The reference.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public (SnapshotHead Snapshot, byte[]? Path) Find(string text, CancellationToken cancellationToken)
    {
        SnapshotReference reference = SnapshotReference.Parse(text);
        SnapshotHead snapshot = SnapshotFinder.Find(
            _reader, reference, _host, _context.Environment.HostName(), _context.Zone, cancellationToken);
        Code = Code.Or(Problems.CodeOf(SnapshotFinder.DoubtsOf(_reader, reference)));
        return (snapshot, reference.Path);
    }
}
