using SnapFs.Afs.Reading;
using SnapFs.Cli.Hosting;
using SnapFs.Jobs.Browsing;
using SnapFs.Jobs.Connections;
using SnapFs.Repository.Reading;
using SnapFs.Snapshots;

namespace SnapFs.Cli.Volumes;

/// <summary>An open repository with the volumes in it.</summary>
internal sealed class VolumeSession : IAsyncDisposable
{
    private readonly RepositoryConnection _session;
    private readonly RepositoryReader _reader;

    private VolumeSession(
        RepositoryConnection session, RepositoryReader reader, string? cell, CancellationToken cancellationToken)
    {
        _session = session;
        _reader = reader;
        States = new VolumeStates(reader.Snapshots, cell);
        Browser = new SnapshotBrowser(reader, cancellationToken);
    }

    /// <summary>The states it holds.</summary>
    public VolumeStates States { get; }

    /// <summary>Their trees and files.</summary>
    public SnapshotBrowser Browser { get; }

    /// <summary>Snapshots that could not be read.</summary>
    public IReadOnlyList<SnapFsException> Problems => _reader.Problems;

    /// <summary>Opens the repository that the settings name.</summary>
    /// <param name="context">The command.</param>
    /// <param name="cell">The cell to look in; null for any.</param>
    /// <param name="cancellationToken">Gives up; also all that is read later.</param>
    public static async Task<VolumeSession> OpenAsync(
        CommandContext context, string? cell, CancellationToken cancellationToken)
    {
        RepositoryConnection session = await context.ConnectAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            RepositoryReader reader = await session.OpenReaderAsync(cancellationToken).ConfigureAwait(false);
            return new VolumeSession(session, reader, cell, cancellationToken);
        }
        catch
        {
            await session.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The full dump made up of a state.</summary>
    public FullDump OpenFull(SnapshotHead state, CancellationToken cancellationToken) =>
        FullDump.Open(state, Browser.Frames, Browser.Pages, cancellationToken);

    /// <summary>The dump as it was taken in.</summary>
    public OriginalDump OpenOriginal(SnapshotHead state) => OriginalDump.Open(state, Browser.Frames, Browser.Pages);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Browser.Dispose();
        _reader.Dispose();
        await _session.DisposeAsync().ConfigureAwait(false);
    }
}
