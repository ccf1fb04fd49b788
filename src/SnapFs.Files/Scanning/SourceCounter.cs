using SnapFs.Files.Backups;
using SnapFs.Files.Excludes;
using SnapFs.Posix.Files;
using SnapFs.Sizes;
using SnapFs.Trees;

namespace SnapFs.Files.Scanning;

/// <summary>
/// Counts the regular files that a walk of the same sources will meet, and their sizes. Keeps the names of one
/// directory for each level; what cannot be opened or has too long a path is not counted. Used once.
/// </summary>
internal sealed class SourceCounter
{
    private readonly BackupOptions _options;
    private readonly DirectoryTags _tags;
    private readonly CancellationToken _stop;
    private readonly byte[] _records = GC.AllocateUninitializedArray<byte>(64 * 1024, pinned: true);
    private readonly Stack<Level> _levels = new();
    private readonly Stack<DirectoryListing> _spare = new();
    private readonly Action _onDirectory;
    private IReadOnlyList<FileStat> _protected = [];
    private long _files;
    private long _bytes;

    /// <param name="options">The sources and what is left out of them.</param>
    /// <param name="onDirectory">Called on the counting thread before each directory.</param>
    /// <param name="stop">Ends the count.</param>
    public SourceCounter(BackupOptions options, Action onDirectory, CancellationToken stop)
    {
        _options = options;
        _onDirectory = onDirectory;
        _tags = new DirectoryTags(options);
        _stop = stop;
    }

    /// <summary>Regular files so far, for any thread.</summary>
    public long Files => Volatile.Read(ref _files);

    /// <summary>Their sizes.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Counts everything.</summary>
    /// <returns>False if it was stopped.</returns>
    public bool Run()
    {
        _protected = FileStat.Identify(_options.ProtectedDirectories);
        Visit(SourceNode.Build(
            _options.Sources.Select(source => (source.RecordedPath.ToArray(), source.Path.ToArray()))), 0, isWithin: false);
        return !_stop.IsCancellationRequested;
    }

    /// <param name="source">A named path.</param>
    /// <param name="sourceDevice">The device of the source that it lies in.</param>
    /// <param name="isWithin">Whether the directory above is counted.</param>
    private void Visit(SourceNode source, ulong sourceDevice, bool isWithin)
    {
        bool isThere = FileStat.At(Interop.Libc.AT_FDCWD, in source.NativePath[0], out FileStat stat) == 0;
        bool isInside = source.IsSource || (isWithin && IsIncluded(source.RecordedPath));
        isWithin = false;
        if (isThere && isInside)
        {
            sourceDevice = source.IsSource ? stat.Device : sourceDevice;
            if (stat.Type == NodeType.Directory)
            {
                isWithin = Enter(
                    source.RealPath, source.RecordedPath, source, source.IsSource ? null : stat.Device, sourceDevice);
                Descend(sourceDevice);
            }
            else
            {
                Add(in stat);
            }
        }

        foreach (SourceNode child in source.Children)
        {
            Visit(child, sourceDevice, isWithin);
        }
    }

    private bool IsIncluded(byte[] recordedPath)
    {
        int name = recordedPath.AsSpan().LastIndexOf((byte)'/') + 1;
        return !_options.Excludes.IsMatch(recordedPath.AsSpan(0, name), recordedPath.AsSpan(name), isDirectory: true);
    }

    private void Descend(ulong sourceDevice)
    {
        while (_levels.TryPeek(out Level? level) && !_stop.IsCancellationRequested)
        {
            int next = level.Next++;
            if (next == level.Names.Count)
            {
                _levels.Pop();
                level.Names.Clear();
                _spare.Push(level.Names);
            }
            else if (level.Names.IsDirectory(next))
            {
                ReadOnlySpan<byte> name = level.Names.Name(next);
                byte[] path = RawPath.Join(level.Path, name);
                byte[] recorded = ReferenceEquals(level.Path, level.RecordedPath)
                    ? path
                    : RawPath.Join(level.RecordedPath, name);
                Enter(path, recorded, null, level.Device, sourceDevice);
            }
        }

        _levels.Clear();
    }

    /// <summary>Counts the files of a directory and remembers its subdirectories.</summary>
    /// <returns>Whether all that is in it is wanted.</returns>
    private bool Enter(byte[] path, byte[] recorded, SourceNode? source, ulong? parentDevice, ulong sourceDevice)
    {
        _onDirectory();
        int flags = Interop.Libc.O_RDONLY | Interop.Libc.O_DIRECTORY | Interop.Libc.O_NOFOLLOW;
        int fd = Descriptors.Open(Interop.Libc.AT_FDCWD, in RawPath.Terminate(path)[0], flags);
        if (fd < 0)
        {
            return false;
        }

        try
        {
            if (FileStat.Of(fd, out FileStat stat) != 0 || !IsWanted(fd, in stat, source, parentDevice, sourceDevice))
            {
                return false;
            }

            DirectoryListing names = _spare.TryPop(out DirectoryListing? spare) && spare.IsReusable ? spare : new();
            _ = names.Read(fd, _records, _stop);
            IReadOnlyList<DirectoryTag> tags = _tags.In(fd);
            names.Keep(entry => tags.Count > 0
                ? DirectoryTags.Has(tags, names.Name(entry))
                : source?.Child(names.Name(entry)) is null
                    && !_options.Excludes.IsMatch(recorded, names.Name(entry), names.IsDirectory(entry)));
            for (int i = 0; i < names.Count && !_stop.IsCancellationRequested; i++)
            {
                if (!names.IsDirectory(i) && FileStat.At(fd, in names.NativeName(i), out FileStat file) == 0
                    && !(_options.OneFileSystem && file.IsMountRoot))
                {
                    Add(in file);
                }
            }

            names.Keep(names.IsDirectory);
            _levels.Push(new Level(path, ReferenceEquals(path, recorded) ? path : recorded, names, stat.Device));
            return tags.Count == 0;
        }
        finally
        {
            _ = Interop.Libc.close(fd);
        }
    }

    /// <summary>What <see cref="DirectoryTask"/> enters.</summary>
    private bool IsWanted(
        int fd, in FileStat directory, SourceNode? source, ulong? parentDevice, ulong sourceDevice)
    {
        foreach (FileStat other in _protected)
        {
            if (source is null && directory.IsSameInode(in other))
            {
                return false;
            }
        }

        return parentDevice is not ulong device
            || MountBoundary.Find(fd, in directory, device, sourceDevice, _options.OneFileSystem, out _) is null;
    }

    private void Add(in FileStat stat)
    {
        if (stat.Type == NodeType.File && stat.Size <= _options.MaxFileSize)
        {
            Volatile.Write(ref _files, _files + 1);
            Volatile.Write(ref _bytes, Saturating.Add(_bytes, stat.Size));
        }
    }

    private sealed class Level(byte[] path, byte[] recordedPath, DirectoryListing names, ulong device)
    {
        public byte[] Path { get; } = path;

        public byte[] RecordedPath { get; } = recordedPath;

        public DirectoryListing Names { get; } = names;

        public ulong Device { get; } = device;

        public int Next { get; set; }
    }
}
