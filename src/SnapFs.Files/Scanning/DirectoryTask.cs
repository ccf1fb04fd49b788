using SnapFs.Binary;
using SnapFs.Files.Backups;
using SnapFs.Files.Workers;
using SnapFs.Posix.Files;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Files.Scanning;

/// <summary>
/// One directory of the walk. Its subdirectories are walked first, by any worker, a window of names at a time; then
/// the worker that finished the last of them assembles the nodes of the window in order.
/// </summary>
/// <remarks>A task knows its name and its parent and makes its path when it is asked for: a tree of many levels costs
/// memory for the names in it, not for all paths. What is wrong with an entry costs that entry; what is wrong with
/// anything else of a directory costs that directory.</remarks>
internal sealed partial class DirectoryTask : ISharedWork<WorkerContext>, IDisposable
{
    /// <summary>Subdirectories of one window: what a directory of a million directories keeps at once.</summary>
    private const int WindowDirectories = 4096;

    /// <summary>A result that says: as in the tree before.</summary>
    private static readonly byte[] s_unchanged = [1];

    private readonly TreeWalk _walk;
    private readonly WalkServices _services;
    private readonly DirectoryTask? _parent;
    private readonly SourceNode? _source;
    private readonly byte[] _name;
    private readonly int _ordinal;
    private readonly bool _isInside;
    private bool _isEntered;
    private bool _isTagged;
    private bool _isBarred;
    private bool _isWindowOpen;
    private readonly PreviousDirectory.NameAction? _onGone;
    private readonly TreePage? _previousPage;
    private readonly int _previousIndex;
    private readonly List<int> _directories = [];
    private readonly List<(TreePage? Page, int Index)> _directoriesBefore = [];
    private byte[]?[] _results = [];
    private DirectoryHandle? _handle;
    private DirectoryListing _listing;
    private PreviousDirectory? _previous;
    private PreviousDirectory? _lookAhead;
    private FileStat _stat;
    private Timestamp _started;
    private ulong _sourceDevice;
    private int _windowStart;
    private int _windowEnd;
    private int _nextDirectory;
    private int _pending;

    private DirectoryTask(
        TreeWalk walk,
        DirectoryTask? parent,
        int ordinal,
        byte[] name,
        SourceNode? source,
        (TreePage? Page, int Index) before)
    {
        _walk = walk;
        _services = walk.Services;
        _parent = parent;
        _ordinal = ordinal;
        _name = name;
        _source = source;
        _isInside = source is null || source.IsSource || (source.IsInside && IsWantedWithin(parent, name));
        _onGone = _services.OnChange is null ? null : TellGone;
        _previousPage = before.Page;
        _previousIndex = before.Index;
        _listing = walk.RentListing();
    }

    /// <summary>The root of the walk.</summary>
    public static DirectoryTask Root(TreeWalk walk, SourceNode source) => new(walk, null, 0, [], source, (null, 0));

    /// <summary>Closes the directory; every task does so itself when it ends.</summary>
    public void Dispose() => _handle?.Dispose();

    /// <inheritdoc/>
    public bool HasMore => _nextDirectory < _directories.Count;

    /// <inheritdoc/>
    public int Take() => _nextDirectory++;

    /// <inheritdoc/>
    public void Run(WorkerContext context, int piece)
    {
        byte[] name = _listing.Name(_directories[piece]).ToArray();
        DirectoryTask child = new(_walk, this, piece, name, _source?.Child(name), _directoriesBefore[piece]);
        child.Walk(context);
    }

    /// <summary>Opens, lists and walks this directory as far as it goes without waiting for another worker.</summary>
    public void Walk(WorkerContext context)
    {
        byte[]? failed = null;
        bool isStarted = false;
        try
        {
            isStarted = TryStart(context, ref failed);
        }
        catch (Exception e) when (_services.IsOfEntry(e))
        {
            ReportFailure(default, e);
        }

        DirectoryTask? task = isStarted ? this : Deliver(failed);
        while (task is not null)
        {
            task = task.Step(context);
        }
    }

    /// <summary>The recorded path.</summary>
    public byte[] RecordedPath()
    {
        int length = 0;
        for (DirectoryTask? task = this; task?._parent is not null; task = task._parent)
        {
            length += 1 + task._name.Length;
        }

        if (length == 0)
        {
            return "/"u8.ToArray();
        }

        byte[] path = new byte[length];
        for (DirectoryTask? task = this; task?._parent is not null; task = task._parent)
        {
            length -= task._name.Length;
            task._name.CopyTo(path, length);
            path[--length] = (byte)'/';
        }

        return path;
    }

    /// <summary>Records what is wrong with an entry, or with this directory if the name is empty.</summary>
    /// <param name="name">The entry.</param>
    /// <param name="kind">What is missing by it.</param>
    /// <param name="errno">The error number, or 0 if no call failed.</param>
    /// <param name="finding">What is wrong.</param>
    public void Report(ReadOnlySpan<byte> name, OmissionKind kind, int errno, string finding) =>
        Report(name, KindOf(kind), kind, errno, finding);

    /// <summary>Records that an exception keeps an entry, or this directory, from being described.</summary>
    private void ReportFailure(ReadOnlySpan<byte> name, Exception e) => Report(
        name, e is SnapFsException known ? known.Kind : ErrorKind.Bug, OmissionKind.Indescribable, 0, WalkServices.Describe(e));

    private void Report(ReadOnlySpan<byte> name, ErrorKind kind, OmissionKind omission, int errno, string finding)
    {
        byte[] path = PathOf(name);
        _services.Problems.Add(path, kind, omission, errno, finding);
        _services.Omissions.Add(path, omission);
    }

    private static ErrorKind KindOf(OmissionKind omission) => omission switch
    {
        OmissionKind.Changed or OmissionKind.Replaced => ErrorKind.Changed,
        OmissionKind.Indescribable => ErrorKind.Limit,
        _ => ErrorKind.Source,
    };

    /// <summary>Records that an entry, or this directory, is gone since it was listed. That is no problem.</summary>
    public void ReportVanished(WorkerContext context, ReadOnlySpan<byte> name)
    {
        context.Counters.Vanished++;
        _services.Omissions.Add(PathOf(name), OmissionKind.Vanished);
    }

    /// <summary>Makes the node of an entry of this directory; called by any worker.</summary>
    public bool TryWriteNode(WorkerContext context, int entry, in FileStat stat, bool isNew, ByteWriter output)
    {
        _services.Stop.ThrowIfCancellationRequested();
        FilePlace place = new() { Directory = _assembling, Task = this, Name = _listing.Name(entry) };
        place.NativeName = ref _listing.NativeName(entry);
        if (_source?.Child(place.Name) is SourceNode named)
        {
            place.Directory = Interop.Libc.AT_FDCWD;
            place.NativeName = ref named.NativePath[0];
        }

        bool isWritten;
        try
        {
            isWritten = context.Nodes.TryWrite(_walk.Pool, in place, in stat, output);
        }
        catch (Exception e) when (_services.IsOfEntry(e))
        {
            ReportFailure(place.Name, e);
            return false;
        }

        if (isWritten)
        {
            _services.Changed(isNew ? FileChange.New : FileChange.Changed, this, place.Name);
        }

        return isWritten;
    }

    private byte[] PathOf(ReadOnlySpan<byte> name) => name.IsEmpty ? RecordedPath() : RawPath.Join(RecordedPath(), name);

    /// <summary>Takes the window whose directories are all there, goes on to the next, or ends this directory; returns
    /// what this worker goes on with.</summary>
    private DirectoryTask? Step(WorkerContext context)
    {
        byte[]? result = null;
        try
        {
            if (_isWindowOpen)
            {
                Assemble(context);
            }

            while (NextWindow())
            {
                if (_directories.Count > 0)
                {
                    _isWindowOpen = true;
                    _walk.Pool.Push(this);
                    return null;
                }

                Assemble(context);
            }

            result = Finish(context);
        }
        catch (Exception e) when (_services.IsOfEntry(e))
        {
            context.Batch.Clear();
            ReportFailure(default, e);
        }

        return Deliver(result);
    }

    /// <summary>Hands the result to the parent; returns it if this was its last outstanding directory.</summary>
    private DirectoryTask? Deliver(byte[]? result)
    {
        _handle?.OpenParent();
        Dispose();
        _walk.Return(_listing);
        if (_parent is null)
        {
            _walk.Complete(result);
            return null;
        }

        _parent._results[_ordinal] = result;
        return Interlocked.Decrement(ref _parent._pending) > 0 ? null : _parent;
    }

    private bool NextWindow()
    {
        _windowStart = _windowEnd;
        if (_windowStart >= _listing.Count)
        {
            return false;
        }

        _directories.Clear();
        _directoriesBefore.Clear();
        while (_windowEnd < _listing.Count && _directories.Count < WindowDirectories)
        {
            if (_listing.IsDirectory(_windowEnd))
            {
                _directories.Add(_windowEnd);
            }

            _windowEnd++;
        }

        FindDirectoriesBefore();
        _results = new byte[]?[_directories.Count];
        _nextDirectory = 0;
        _pending = _directories.Count;
        return true;
    }

    /// <summary>Finds what the tree before had under the names of this window's subdirectories.</summary>
    private void FindDirectoriesBefore()
    {
        if (_previous is null)
        {
            _directoriesBefore.AddRange(Enumerable.Repeat<(TreePage?, int)>((null, 0), _directories.Count));
            return;
        }

        if (_directories.Count == 0)
        {
            return;
        }

        _lookAhead ??= PreviousDirectory.TryOpen(_previous, _previous.Root);
        foreach (int entry in _directories)
        {
            bool isThere = _lookAhead is not null && _lookAhead.MoveTo(_listing.Name(entry), out _);
            _directoriesBefore.Add(isThere && _lookAhead is not null ? (_lookAhead.Page, _lookAhead.Index) : (null, 0));
        }
    }
}
