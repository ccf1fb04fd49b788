using SnapFs.Files.Backups;

namespace SnapFs.Jobs.Backups;

/// <summary>A stream that becomes one file: standard input, or the output of a command.</summary>
public sealed class StreamSource : IBackupSource
{
    private readonly ReadOnlyMemory<byte> _path;
    private readonly Func<StreamBackup, CancellationToken, BackupResult> _read;
    private StreamBackup? _run;

    private StreamSource(ReadOnlyMemory<byte> path, Func<StreamBackup, CancellationToken, BackupResult> read)
    {
        _path = path;
        _read = read;
    }

    /// <summary>A stream that is opened when its turn has come.</summary>
    /// <param name="path">The absolute path of the file in the snapshot, raw.</param>
    /// <param name="open">Opens it.</param>
    public static StreamSource Of(ReadOnlyMemory<byte> path, Func<Stream> open) => new(path, (run, cancellationToken) =>
    {
        using Stream input = open();
        return run.Run(input, cancellationToken);
    });

    /// <summary>The output of a command; if the command fails, there is no snapshot.</summary>
    /// <param name="path">The absolute path of the file in the snapshot, raw.</param>
    /// <param name="command">The program and its arguments.</param>
    public static StreamSource OfCommand(ReadOnlyMemory<byte> path, IReadOnlyList<string> command) =>
        new(path, (run, cancellationToken) => run.Run(command, cancellationToken));

    /// <inheritdoc/>
    public IReadOnlyList<ReadOnlyMemory<byte>> RecordedPaths => [_path];

    /// <inheritdoc/>
    public BackupProgress Progress => Volatile.Read(ref _run)?.Progress ?? default;

    /// <summary>A stream does not say how long it is.</summary>
    public long? ExpectedBytes => null;

    /// <summary>Whether a command can be run shows when it is.</summary>
    public void Check()
    {
    }

    /// <inheritdoc/>
    public BackupResult Run(BackupDestination destination, CancellationToken cancellationToken)
    {
        StreamBackup run = new(new StreamOptions { RecordedPath = _path }, destination.Sink, destination.Chunker);
        Volatile.Write(ref _run, run);
        BackupResult result = _read(run, cancellationToken);
        destination.Observer.OnChange?.Invoke(
            destination.Previous is null ? FileChange.New : FileChange.Changed, _path.ToArray());
        return result;
    }
}
