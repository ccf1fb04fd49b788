using System.Buffers.Binary;
using SnapFs.Objects;

namespace SnapFs.Repository.Reading;

/// <summary>
/// Snapshot objects kept in the local cache directory, one after the other in one file, so that opening a repository of
/// many snapshots reads only those that are new. They are as they lie in the storage, encrypted and named by their hash,
/// so nothing in the file is believed: what was changed there has another name and is never asked for.
/// </summary>
internal sealed class SnapshotCache
{
    /// <summary>Larger objects, those of snapshots that met many problems, are read from the storage each time.</summary>
    internal const int MaxObject = 64 * 1024;

    /// <summary>A larger file is not read: it is not ours, or nothing was dropped from it for very long.</summary>
    private const long MaxFile = 256L * 1024 * 1024;

    /// <summary>Objects of snapshots that are gone may fill half of the file, and this many bytes more.</summary>
    private const long Slack = 64 * 1024;

    private readonly string _path;
    private long _usedBytes;
    private long _fileBytes;
    private bool _isTorn;

    /// <param name="directory">The cache directory of this repository, private to its user.</param>
    internal SnapshotCache(string directory) => _path = Path.Combine(directory, "snapshots");

    /// <summary>The objects of a listing that are here. An unreadable or torn file costs time only.</summary>
    /// <param name="wanted">What the storage lists.</param>
    internal Dictionary<ObjectId, byte[]> Load(IReadOnlySet<ObjectId> wanted)
    {
        Dictionary<ObjectId, byte[]> found = [];
        ReadOnlySpan<byte> rest = ReadFile();
        _fileBytes = rest.Length;
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
        bool isWasteful = _isTorn || _fileBytes > (2 * _usedBytes) + Slack;
        List<byte[]> written = [.. added.Where(content => content.Length <= MaxObject)];
        if (written.Count == 0 && !isWasteful)
        {
            return;
        }

        try
        {
            if (isWasteful)
            {
                string temporary = $"{_path}-{Guid.NewGuid():N}.tmp";
                Write(temporary, FileMode.CreateNew, [.. kept, .. written]);
                File.Move(temporary, _path, overwrite: true);
            }
            else
            {
                Write(_path, FileMode.Append, written);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The cache is a convenience: a full disk must not fail what only reads.
        }
    }

    private ReadOnlySpan<byte> ReadFile()
    {
        try
        {
            FileInfo file = new(_path);
            return file.Exists && file.Length <= MaxFile ? File.ReadAllBytes(_path) : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
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

    /// <summary>Writes by one call, so that what two processes append at once does not mix.</summary>
    private static void Write(string path, FileMode mode, List<byte[]> objects)
    {
        byte[] bytes = new byte[objects.Sum(content => sizeof(int) + content.Length)];
        Span<byte> rest = bytes;
        foreach (byte[] content in objects)
        {
            BinaryPrimitives.WriteInt32LittleEndian(rest, content.Length);
            content.CopyTo(rest[sizeof(int)..]);
            rest = rest[(sizeof(int) + content.Length)..];
        }

        FileStreamOptions options = new() { Mode = mode, Access = FileAccess.Write, Share = FileShare.ReadWrite, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using FileStream file = new(path, options);
        file.Write(bytes);
    }
}
