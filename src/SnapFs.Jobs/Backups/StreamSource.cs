using SnapFs.Files.Backups;

namespace SnapFs.Jobs.Backups;

/// <summary>A stream that becomes one file: standard input, or the output of a command.</summary>
public sealed class StreamSource : IBackupSource
{
    private readonly ReadOnlyMemory<byte> _path;
    private readonly string _name;
    private readonly bool _allowEmpty;
    private readonly Func<StreamBackup, CancellationToken, BackupResult> _read;
    private StreamBackup? _run;

    private StreamSource(
        ReadOnlyMemory<byte> path, string name, bool allowEmpty, Func<StreamBackup, CancellationToken, BackupResult> read)
    {
        _path = path;
        _name = name;
        _allowEmpty = allowEmpty;
        _read = read;
    }

    /// <summary>A stream that is opened when its turn has come.</summary>
    /// <param name="path">The absolute path of the file in the snapshot, raw.</param>
    /// <param name="open">Opens it.</param>
    /// <param name="allowEmpty">Whether a stream without a byte gives a snapshot. Who makes a stream has mostly failed then.
    /// </param>
    public static StreamSource Of(ReadOnlyMemory<byte> path, Func<Stream> open, bool allowEmpty = false) =>
        new(path, "the stream", allowEmpty, (run, cancellationToken) =>
        {
            using Stream input = open();
            return run.Run(input, cancellationToken);
        });

    /// <summary>The output of a command; if the command fails, there is no snapshot.</summary>
    /// <param name="path">The absolute path of the file in the snapshot, raw.</param>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="allowEmpty">Whether output without a byte gives a snapshot.</param>
    public static StreamSource OfCommand(ReadOnlyMemory<byte> path, IReadOnlyList<string> command, bool allowEmpty = false) =>
        new(path, SafeText.Of(command[0]), allowEmpty, (run, cancellationToken) => run.Run(command, cancellationToken));

    /// <inheritdoc/>
    public IReadOnlyList<ReadOnlyMemory<byte>> RecordedPaths => [_path];

    /// <inheritdoc/>
    public BackupProgress Progress => Volatile.Read(ref _run)?.Progress ?? default;

    /// <summary>A stream does not say how long it is.</summary>
    public long? ExpectedBytes => null;

    /// <inheritdoc/>
    public bool IsCounting => false;

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
        if (result.Statistics.Bytes == 0 && !_allowEmpty)
        {
            throw new JobException(ErrorKind.Source, $"{_name} gave no data; no snapshot was made, --allow-empty makes one");
        }

        destination.Observer.OnChange?.Invoke(
            destination.Previous is null ? FileChange.New : FileChange.Changed, _path.ToArray());
        return result;
    }
}
