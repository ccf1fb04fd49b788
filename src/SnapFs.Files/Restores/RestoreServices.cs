using SnapFs.Caches;
using SnapFs.Chunks;
using SnapFs.Files.Backups;
using SnapFs.Files.Scanning;
using SnapFs.Files.Workers;
using SnapFs.Posix.Files;
using SnapFs.Posix.Owners;
using SnapFs.Trees;

namespace SnapFs.Files.Restores;

/// <summary>What all workers of a restore share.</summary>
internal sealed class RestoreServices
{
    private bool _isDamaged;
    private long _ownersNotSet;
    private long _ownersLost;
    private long _entriesDropped;

    public required RestoreOptions Options { get; init; }

    public required ITreePages Pages { get; init; }

    public required FrameCache Frames { get; init; }

    public required IChunkSource Chunks { get; init; }

    public required ProblemList Problems { get; init; }

    public required IReadOnlyList<FileStat> Protected { get; init; }

    public required OwnerMap Owners { get; init; }

    public LinkClaims Links { get; } = new();

    public DescriptorBudget Descriptors { get; } = DescriptorBudget.OfProcess();

    public bool IsRoot { get; } = Interop.Libc.geteuid() == 0;

    /// <summary>Whether damage in the repository was met.</summary>
    public bool IsDamaged => Volatile.Read(ref _isDamaged);

    /// <summary>Entries that stay this user's own because only root could give them away.</summary>
    public long OwnersNotSet => Volatile.Read(ref _ownersNotSet);

    /// <summary>Entries that became root's because somebody else here has the number of their owner or group.</summary>
    public long OwnersLost => Volatile.Read(ref _ownersLost);

    /// <summary>Entries of access lists that were left out for the same reason.</summary>
    public long EntriesDropped => Volatile.Read(ref _entriesDropped);

    /// <summary>Set before the first worker runs.</summary>
    public WorkerPool<RestoreContext> Pool { get; set; } = null!; // assigned by RestoreRun before anything reads it

    /// <summary>Records a failure of the repository as a problem of one path.</summary>
    public void AddDamage(ReadOnlySpan<byte> path, SnapFsException e)
    {
        if (e.ExitCode != ExitCode.Damaged)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e);
        }

        Volatile.Write(ref _isDamaged, true);
        Problems.Add(path, e.Message);
    }

    /// <summary>Counts an owner that an ordinary user cannot set.</summary>
    public void AddOwnerNotSet() => Interlocked.Increment(ref _ownersNotSet);

    /// <summary>Counts an entry whose owner or group is unknown here.</summary>
    public void AddOwnerLost() => Interlocked.Increment(ref _ownersLost);

    /// <summary>Counts entries left out of access lists.</summary>
    public void AddEntriesDropped(int count) => Interlocked.Add(ref _entriesDropped, count);

    /// <summary>Records a failed call; a full disk ends the restore.</summary>
    /// <exception cref="RestoreStoppedException">The disk is full.</exception>
    public void AddError(ReadOnlySpan<byte> path, string action, int errno)
    {
        if (errno is Interop.Libc.ENOSPC or Interop.Libc.EDQUOT)
        {
            throw new RestoreStoppedException(
                $"cannot restore {RawPath.ToText(path)}: {Interop.Libc.Text(errno)}; "
                + "make room and run the restore again, it keeps what is done");
        }

        Problems.Add(path, $"{action}: {Interop.Libc.Text(errno)}");
    }
}
