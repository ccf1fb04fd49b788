using System.Buffers.Binary;
using SnapFs.Objects;

namespace SnapFs.Repository.Reading;

/// <summary>
/// Snapshot objects kept in the local cache directory, one after the other in one file, so that opening a repository of
/// many snapshots reads only those that are new. They are as they lie in the storage, encrypted and named by their hash,
/// so nothing in the file is believed: what was changed there has another name and is never asked for.
/// </summary>
/// <remarks>Who writes holds a lock on a second file; who does not get it keeps nothing this time.</remarks>
internal sealed class SnapshotCache
{
    /// <summary>Larger objects, those of snapshots that met many problems, are read from the storage each time.</summary>
    internal const int MaxObject = 64 * 1024;

    /// <summary>Objects of snapshots that are gone may fill half of the file, and this many bytes more.</summary>
    private const long Slack = 64 * 1024;

    /// <summary>What the file may grow to, bytes. A larger one is not read, but made anew.</summary>
    private readonly long _maxFile;

    private readonly LocalCache _cache;
    private readonly string _path;
    private long _usedBytes;
    private long _fileBytes;
    private bool _isTorn;

    /// <param name="cache">The cache of this repository.</param>
    /// <param name="maxFile">What the file may grow to, bytes.</param>
    internal SnapshotCache(LocalCache cache, long maxFile = 256L * 1024 * 1024)
    {
        _cache = cache;
        _path = Path.Combine(cache.Directory, "snapshots");
        _maxFile = maxFile;
    }

    /// <summary>The objects of a listing that are here. An unreadable or torn file costs time only.</summary>
    /// <param name="wanted">What the storage lists.</param>
    internal Dictionary<ObjectId, byte[]> Load(IReadOnlySet<ObjectId> wanted)
    {
        Dictionary<ObjectId, byte[]> found = [];
        ReadOnlySpan<byte> rest = ReadFile();
        _usedBytes = 0;
        while (TryTake(ref rest, out ReadOnlySpan<byte> content))
        {
            ObjectId id = ObjectId.Of(content);
            if (wanted.Contains(id) && found.TryAdd(id, content.ToArray()))
            {
                _usedBytes += sizeof(int) + content.Length;
            }
        }

        _isTorn = !rest.IsEmpty;
        return found;
    }

    /// <summary>Keeps objects for the next process.</summary>
    /// <param name="added">What was read from the storage.</param>
    /// <param name="kept">What <see cref="Load"/> gave: if much of the file is not among it, or its end is torn, it is
    /// made anew.</param>
    internal void Save(IReadOnlyCollection<byte[]> added, IReadOnlyCollection<byte[]> kept)
    {
        List<byte[]> written = [.. added.Where(content => content.Length <= MaxObject)];
        bool isWasteful = _isTorn || _fileBytes > _maxFile || _fileBytes > (2 * _usedBytes) + Slack;
        if (written.Count == 0 && !isWasteful)
        {
            return;
        }

        try
        {
            LocalCache.Create(_cache.Directory);
            using FileStream? held = TryLock();
            if (held is null)
            {
                return;
            }

            if (isWasteful)
            {
                string temporary = _path + ".tmp";
                Write(temporary, FileMode.Create, 0, [.. kept, .. written]);
                File.Move(temporary, _path, overwrite: true);
            }
            else
            {
                // At the end of what is there now: another process may have added to it since it was loaded.
                Write(_path, FileMode.OpenOrCreate, LengthOf(_path), written);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _cache.Report(_path, e.Message);
        }
    }

    private ReadOnlySpan<byte> ReadFile()
    {
        try
        {
            _fileBytes = LengthOf(_path);
            return _fileBytes > 0 && _fileBytes <= _maxFile ? File.ReadAllBytes(_path) : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _cache.Report(_path, e.Message);
            return [];
        }
    }

    private static bool TryTake(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> content)
    {
        content = default;
        if (!BinaryPrimitives.TryReadInt32LittleEndian(rest, out int length)
            || length is <= 0 or > MaxObject
            || length > rest.Length - sizeof(int))
        {
            return false;
        }

        content = rest.Slice(sizeof(int), length);
        rest = rest[(sizeof(int) + length)..];
        return true;
    }

    /// <summary>Zero if there is no such file.</summary>
    private static long LengthOf(string path)
    {
        FileInfo file = new(path);
        return file.Exists ? file.Length : Directory.Exists(path) ? throw new IOException("it is a directory") : 0;
    }

    /// <summary>Null if another process writes.</summary>
    private FileStream? TryLock()
    {
        string path = _path + ".lock";
        try
        {
            return new FileStream(path, Private(FileMode.OpenOrCreate, FileShare.None));
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }

    private void Write(string path, FileMode mode, long offset, List<byte[]> objects)
    {
        using MemoryStream bytes = new();
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (byte[] content in objects)
        {
            if (offset + bytes.Length + sizeof(int) + content.Length > _maxFile)
            {
                break; // the rest is read from the storage each time
            }

            BinaryPrimitives.WriteInt32LittleEndian(length, content.Length);
            bytes.Write(length);
            bytes.Write(content);
        }

        using FileStream file = new(path, Private(mode, FileShare.ReadWrite));
        RandomAccess.Write(file.SafeFileHandle, bytes.GetBuffer().AsSpan(0, (int)bytes.Length), offset);
    }

    private static FileStreamOptions Private(FileMode mode, FileShare share)
    {
        FileStreamOptions options = new() { Mode = mode, Access = FileAccess.Write, Share = share, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }
}
