using SnapFs.Afs.Reading;
using SnapFs.Jobs.Browsing;
using SnapFs.Jobs.Connections;
using SnapFs.Repository.Reading;
using SnapFs.Snapshots;

namespace SnapFs.Jobs.Volumes;

/// <summary>An open repository with the volumes in it.</summary>
public sealed class VolumeSession : IAsyncDisposable
{
    private readonly RepositoryConnection _connection;
    private readonly RepositoryReader _reader;

    private VolumeSession(
        RepositoryConnection connection, RepositoryReader reader, string? cell, CancellationToken cancellationToken)
    {
        _connection = connection;
        _reader = reader;
        States = new VolumeStates(reader.Snapshots, cell);
        Browser = new SnapshotBrowser(reader, cancellationToken);
    }

    /// <summary>The states it holds.</summary>
    public VolumeStates States { get; }

    /// <summary>Their trees and files.</summary>
    public SnapshotBrowser Browser { get; }

    /// <summary>Keys, snapshots and index segments that could not be read.</summary>
    public IReadOnlyList<SnapFsException> Problems => _reader.Problems;

    /// <summary>What is wrong with the snapshots that could not be read: one of them may be the state that is sought.</summary>
    public IReadOnlyList<SnapFsException> Doubts =>
        [.. _reader.LostKeys, .. _reader.UnreadSnapshots.Select(snapshot => snapshot.Problem)];

    /// <summary>Reads what a repository holds.</summary>
    /// <param name="connection">The repository; it belongs to the session from then on, also if that cannot be opened.</param>
    /// <param name="cell">The cell to look in; null for any.</param>
    /// <param name="cancellationToken">Gives up; also all that is read later.</param>
    public static async Task<VolumeSession> OpenAsync(
        RepositoryConnection connection, string? cell, CancellationToken cancellationToken)
    {
        try
        {
            RepositoryReader reader = await connection.OpenReaderAsync(cancellationToken).ConfigureAwait(false);
            return new VolumeSession(connection, reader, cell, cancellationToken);
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
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
        await _connection.DisposeAsync().ConfigureAwait(false);
    }
}
