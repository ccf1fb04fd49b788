using SnapFs.Files.Scanning;
using SnapFs.Files.Workers;
using SnapFs.Posix.Files;
using SnapFs.Trees;

namespace SnapFs.Files.Restores;

/// <summary>
/// One directory of a restore: made first, then its files, then its subdirectories by any worker, and its own
/// metadata when all below is done.
/// </summary>
internal sealed partial class RestoreDirectory : ISharedWork<RestoreContext>, IDisposable
{
    private const int WindowDirectories = 4096;
    private const int WindowFiles = 1024;
    private const int RunFiles = 32;

    private readonly Lock _opening = new();
    private readonly RestoreServices _services;
    private readonly RestoreDirectory? _parent;
    private readonly TreePage? _page;
    private readonly byte[] _raw;
    private readonly RestorePath _path;
    private readonly bool _isSelected;
    private readonly bool _isAncestor;
    private readonly List<(TreePage Page, int Index)> _directories = [];
    private readonly List<(TreePage Page, int Index)> _files = [];
    private DirectoryHandle? _handle;
    private DirectoryCursor? _cursor;
    private volatile bool _isOpened;
    private bool _isNew;
    private bool _isTrusted;
    private FileStat _before;
    private bool _isIncomplete;
    private int _openError;
    private int _next;
    private int _pending;

    private RestoreDirectory(
        RestoreServices services, RestoreDirectory? parent, TreePage? page, byte[] raw, RestorePath path, bool isSelected)
    {
        _services = services;
        _parent = parent;
        _page = page;
        _raw = raw;
        _path = path;
        _isSelected = isSelected;
        _isAncestor = (parent?._isAncestor ?? true) && !IsSource(path);
    }

    /// <summary>Told when everything is done.</summary>
    public Action? OnDone { get; init; }

    /// <inheritdoc/>
    public bool HasMore => _next < _directories.Count;

    /// <summary>The directory whose content goes into the target itself.</summary>
    /// <param name="services">What the workers share.</param>
    /// <param name="page">The leaf of its node; null for the root of a snapshot.</param>
    /// <param name="raw">Its node.</param>
    /// <param name="path">Its recorded path.</param>
    /// <param name="target">The open target; null if it is to be made and this is a dry run.</param>
    /// <param name="before">What the target is; the default if it is to be made.</param>
    /// <param name="isNew">Whether the target was made for this restore, or would be.</param>
    /// <param name="onDone">Called when everything is done.</param>
    public static RestoreDirectory Root(
        RestoreServices services,
        TreePage? page,
        byte[] raw,
        byte[] path,
        DirectoryHandle? target,
        in FileStat before,
        bool isNew,
        Action onDone)
    {
        bool isSelected = services.Options.Include.IsEmpty
            || (path.Length > 1 && IsIncluded(services, path));
        return new RestoreDirectory(services, null, page, raw, new RestorePath(path), isSelected)
        {
            _handle = target,
            _before = before,
            _isNew = isNew,
            _isTrusted = services.IsTrusted(in before),
            _isOpened = true,
            OnDone = onDone,
        };
    }

    /// <inheritdoc/>
    public int Take() => _next++;

    /// <inheritdoc/>
    public void Run(RestoreContext context, int piece)
    {
        (TreePage page, int index) = _directories[piece];
        NodeView node = page.Node(index);
        RestorePath path = _path.Child(RawPath.Terminate(node.Name));
        bool isWanted = IsWanted(_services.Options.Include.IsEmpty ? [] : _path.ToBytes(), node.Name, isDirectory: true);
        RestoreDirectory child = new(_services, this, page, node.Raw.ToArray(), path, isWanted);
        child.Walk(context);
    }

    /// <summary>Restores as far as it goes without waiting for another worker.</summary>
    public void Walk(RestoreContext context)
    {
        RestoreDirectory? task = this;
        if (_isSelected && !TryOpen())
        {
            _isIncomplete = true;
            task = Deliver(context);
        }

        while (task is not null)
        {
            task = task.Advance(context);
        }
    }

    /// <summary>Closes the directory; every task does so itself when it ends.</summary>
    public void Dispose()
    {
        _handle?.OpenParent(); // a deep tree is left as it was entered, one directory at a time
        _handle?.Dispose();
    }

    /// <summary>Whether a recorded path or a directory above it matches the patterns.</summary>
    private static bool IsIncluded(RestoreServices services, byte[] path)
    {
        byte[] directory = [];
        bool isIncluded = false;
        foreach (byte[] name in RawPath.Components(path))
        {
            isIncluded = services.Options.Include.Decide(directory, name, isDirectory: true) ?? isIncluded;
            directory = RawPath.Join(directory, name);
        }

        return isIncluded;
    }

    private bool IsWanted(ReadOnlySpan<byte> directory, ReadOnlySpan<byte> name, bool isDirectory) =>
        _services.Options.Include.Decide(directory, name, isDirectory) ?? _isSelected;

    /// <summary>Whether a path is backed up, or below one that is. What is below that need not ask.</summary>
    private bool IsSource(RestorePath path)
    {
        byte[] bytes = path.ToBytes();
        foreach (ReadOnlyMemory<byte> source in _services.Options.Sources)
        {
            ReadOnlySpan<byte> prefix = source.Span.TrimEnd((byte)'/');
            if (bytes.AsSpan().StartsWith(prefix)
                && (bytes.Length == prefix.Length || bytes[prefix.Length] == '/'))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Goes on to the next window of subdirectories; returns what this worker goes on with.</summary>
    private RestoreDirectory? Advance(RestoreContext context)
    {
        _directories.Clear();
        try
        {
            byte[] path = _services.Options.Include.IsEmpty && _services.Options.Exclude.IsEmpty ? [] : _path.ToBytes();
            _cursor ??= new DirectoryCursor(_services.Pages, NodeCodec.Read(_raw).Tree);
            while (_directories.Count < WindowDirectories && _cursor.Next())
            {
                Sort(context, _cursor, path);
            }
        }
        catch (Exception e) when (_services.IsOfEntry(e))
        {
            _isIncomplete = true;
            _services.AddFailure(_path, e);
        }

        RestoreFiles(context);
        if (_directories.Count > 0)
        {
            _next = 0;
            _pending = _directories.Count;
            _services.Pool.Push(this);
            return null;
        }

        Finish(context);
        return Deliver(context);
    }

    private void Sort(RestoreContext context, DirectoryCursor cursor, byte[] path)
    {
        NodeView node = cursor.Node;
        if (_services.Options.Exclude.IsMatch(path, node.Name, node.Type == NodeType.Directory))
        {
            return;
        }

        if (node.Type == NodeType.Directory)
        {
            // Below a directory that is not wanted there may be wanted ones: it is made when one turns up.
            _directories.Add((cursor.Page, cursor.Index));
        }
        else if (IsWanted(path, node.Name, isDirectory: false))
        {
            _files.Add((cursor.Page, cursor.Index));
            if (_files.Count == WindowFiles)
            {
                RestoreFiles(context);
            }
        }
    }

    private void RestoreFiles(RestoreContext context)
    {
        if (_files.Count == 0)
        {
            return;
        }

        if (TryOpen() && TryAcquire(out int fd))
        {
            RestorePlace place = new(_handle, fd, _path, _isNew, _isTrusted);
            int runs = (_files.Count + RunFiles - 1) / RunFiles;
            _services.Pool.ForEach(context, runs, (helper, run) => RestoreRunOfFiles(helper, place, run));
            _handle?.Release();
        }

        _files.Clear();
    }

    private void RestoreRunOfFiles(RestoreContext context, RestorePlace place, int run)
    {
        int end = Math.Min((run + 1) * RunFiles, _files.Count);
        for (int i = run * RunFiles; i < end; i++)
        {
            _services.Pool.ThrowIfStopped();
            (TreePage page, int index) = _files[i];
            context.Nodes.Restore(place, page, index);
        }
    }

    /// <summary>Closes this directory; returns the parent if this was the last it waited for.</summary>
    private RestoreDirectory? Deliver(RestoreContext context)
    {
        if (_isNew)
        {
            _services.Made.TryRemove((_before.Device, _before.Inode), out _);
        }

        Dispose();
        context.Entries += _isOpened && _openError == 0 ? 1 : 0;
        if (_parent is null)
        {
            OnDone?.Invoke();
            return null;
        }

        return Interlocked.Decrement(ref _parent._pending) > 0 ? null : _parent;
    }
}
