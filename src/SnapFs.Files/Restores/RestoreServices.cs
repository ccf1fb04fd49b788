using System.Collections.Concurrent;
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
    private readonly Lock _reporting = new();
    private readonly ConcurrentDictionary<ulong, uint> _owners = new();
    private Exception? _reportFailure;
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

    /// <summary>What <c>--delete</c> must leave.</summary>
    public required RemovalGuard Guard { get; init; }

    public LinkClaims Links { get; } = new();

    /// <summary>The directories that this run made and is not done with, by device and inode.</summary>
    public ConcurrentDictionary<(ulong Device, ulong Inode), RestorePath> Made { get; } = new();

    public DescriptorBudget Descriptors { get; } = DescriptorBudget.OfProcess();

    /// <summary>Who restores.</summary>
    public uint User { get; } = Interop.Libc.geteuid();

    public bool IsRoot => User == 0;

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

    /// <summary>Whether a failure costs one entry and not the run.</summary>
    public bool IsOfEntry(Exception e) =>
        e is not (RestoreStoppedException or OperationCanceledException) && !ReferenceEquals(e, _reportFailure);

    /// <summary>Records what went wrong with one entry. What stands for the whole repository, such as a drive that is gone, is thrown on.
    /// </summary>
    public void AddFailure(RestorePath path, Exception e)
    {
        if (e is not SnapFsException known)
        {
            AddProblem(path, ErrorKind.Target, $"cannot be restored: {e.Message}");
            return;
        }

        if (!known.IsOfOneObject)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e);
        }

        if (e is not IObjectFailure)
        {
            Volatile.Write(ref _isDamaged, true); // what cannot be read may be whole
        }

        AddProblem(path, known.Kind, e.Message);
    }

    /// <summary>Records what is wrong with a path.</summary>
    public void AddProblem(RestorePath path, ErrorKind kind, string finding) =>
        Problems.Add(path.ToBytes(), kind, errno: 0, finding);

    /// <summary>Tells of what is done with an entry.</summary>
    public void Report(RestoreChange change, RestorePath path)
    {
        if (Options.OnChange is { } onChange)
        {
            lock (_reporting)
            {
                try
                {
                    // What is removed was never in the snapshot: it has no recorded path.
                    onChange(change, change == RestoreChange.Removed ? path.Below(RawPath.FromText(Options.Target)) : path.ToBytes());
                }
                catch (Exception e)
                {
                    _reportFailure = e; // no entry's: whoever listens is gone
                    throw;
                }
            }
        }
    }

    /// <summary>Whether a file or directory has the owner that all have which this process makes there: its own user, or whom a file
    /// system turns that into.</summary>
    /// <param name="stat">What was opened.</param>
    /// <param name="directory">Where it is.</param>
    public bool IsOwn(in FileStat stat, int directory)
    {
        if (stat.UserId == User)
        {
            return true;
        }

        if (!_owners.TryGetValue(stat.Device, out uint owner))
        {
            byte[] name = RestoreContext.TemporaryName();
            const int Flags = Interop.Libc.O_RDWR | Interop.Libc.O_CREAT | Interop.Libc.O_EXCL;
            int fd = SnapFs.Posix.Files.Descriptors.Open(directory, in name[0], Flags | Interop.Libc.O_NOFOLLOW, 0x180); // 0600
            if (fd < 0)
            {
                return false;
            }

            bool isKnown = FileStat.Of(fd, out FileStat made) == 0 && made.Device == stat.Device;
            _ = Interop.Libc.close(fd);
            _ = Interop.Libc.unlinkat(directory, in name[0], 0);
            if (!isKnown)
            {
                return false;
            }

            owner = _owners.GetOrAdd(stat.Device, made.UserId);
        }

        return stat.UserId == owner;
    }

    /// <summary>Whether nobody but root and this user can change what names lead to in a directory.</summary>
    public bool IsTrusted(in FileStat directory) =>
        (directory.UserId == 0 || directory.UserId == User) && (directory.Mode & 0x12) == 0; // 0022

    /// <summary>Counts an owner that an ordinary user cannot set.</summary>
    public void AddOwnerNotSet() => Interlocked.Increment(ref _ownersNotSet);

    /// <summary>Counts an entry whose owner or group is unknown here.</summary>
    public void AddOwnerLost() => Interlocked.Increment(ref _ownersLost);

    /// <summary>Counts entries left out of access lists.</summary>
    public void AddEntriesDropped(int count) => Interlocked.Add(ref _entriesDropped, count);

    /// <summary>Records a failed call; a full disk ends the restore.</summary>
    /// <exception cref="RestoreStoppedException">The disk is full.</exception>
    public void AddError(RestorePath path, string action, int errno)
    {
        if (FullDisk.IsSaidBy(errno))
        {
            byte[] full = path.ToBytes();
            throw new RestoreStoppedException(
                $"cannot restore {RawPath.ToText(full)}: {Interop.Libc.Text(errno)}; "
                + "make room and run the restore again, it keeps what is done")
            {
                Path = full,
                Errno = errno,
            };
        }

        Problems.Add(path.ToBytes(), ErrorKind.Target, errno, action);
    }
}
