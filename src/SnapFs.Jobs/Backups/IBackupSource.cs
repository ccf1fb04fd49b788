using SnapFs.Files.Backups;

namespace SnapFs.Jobs.Backups;

/// <summary>What a backup reads. Used once.</summary>
public interface IBackupSource
{
    /// <summary>The paths as the snapshot has them, raw.</summary>
    IReadOnlyList<ReadOnlyMemory<byte>> RecordedPaths { get; }

    /// <summary>How far <see cref="Run"/> is; may be asked at any time by any thread.</summary>
    BackupProgress Progress { get; }

    /// <summary>How many bytes there will be, as far as the source knows by itself; null if it does not.</summary>
    long? ExpectedBytes { get; }

    /// <summary>Whether <see cref="ExpectedBytes"/> still grows.</summary>
    bool IsCounting { get; }

    /// <summary>Looks whether there is something to read, before anything is written.</summary>
    /// <exception cref="SnapFsException">There is not.</exception>
    void Check();

    /// <summary>Reads everything. Blocks; the work is done on threads of its own.</summary>
    /// <exception cref="OperationCanceledException">The run was stopped; what was put can be used by the next.</exception>
    /// <exception cref="SnapFsException">Nothing of it counts.</exception>
    BackupResult Run(BackupDestination destination, CancellationToken cancellationToken);
}
