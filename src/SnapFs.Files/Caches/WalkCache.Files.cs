using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;
using SnapFs.Binary;
using SnapFs.Chunks;
using SnapFs.Objects;
using SnapFs.Trees;

namespace SnapFs.Files.Caches;

public sealed partial class WalkCache
{
    /// <summary>Below this size garbage does not matter, bytes.</summary>
    private const long CompactFrom = 1 << 20;

    private const int EntryLength = ChunkId.Length + 8 + 4 + 4;
    private const int HeaderLength = 8 + 32 + 8 + 8 + 4;

    private static ReadOnlySpan<byte> Magic => "SNFSWLK1"u8;

    /// <summary>Opens the cache of a host and source, or an empty one.</summary>
    /// <param name="directory">The cache directory; made with mode 0700 if it is missing.</param>
    /// <param name="repository">The repository, for whose ids the pages are named.</param>
    /// <param name="host">The host.</param>
    /// <param name="source">The source.</param>
    /// <param name="fallback">Gives pages the cache lacks; null if the caller cannot read the repository.</param>
    /// <remarks>A cache that cannot be used is replaced by one that keeps nothing; <see cref="Note"/> says why.
    /// </remarks>
    public static WalkCache Open(
        string directory, in ObjectId repository, string host, string source, ITreePages? fallback)
    {
        ByteWriter writer = new();
        writer.LengthPrefixed(Encoding.UTF8.GetBytes(repository.ToString()));
        writer.LengthPrefixed(Encoding.UTF8.GetBytes(host));
        writer.LengthPrefixed(Encoding.UTF8.GetBytes(source));
        byte[] binding = SHA256.HashData(writer.Written);
        string basePath = Path.Combine(directory, "walk-" + Convert.ToHexStringLower(binding.AsSpan(0, 16)));
        try
        {
            CreatePrivate(directory);
            FileStream lockFile = new(basePath + ".lock", Private(FileMode.OpenOrCreate));
            return new WalkCache(basePath, binding, fallback, lockFile);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new WalkCache(basePath, binding, fallback, null)
            {
                Note = $"the walk cache is not used: {e.Message}",
            };
        }
    }

    /// <summary>Keeps the pages of this run for the next, once its snapshot has been committed.</summary>
    /// <remarks>A failure leaves the old state and is told by <see cref="Note"/>.</remarks>
    public void Save()
    {
        if (_lockFile is null)
        {
            return;
        }

        try
        {
            lock (_lock)
            {
                FlushTail();
                SaveIndex(Compact(LiveEntries()));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Note = $"the walk cache was not saved: {e.Message}";
        }
    }

    private static void CreatePrivate(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory); // a profile's directories are private already
            return;
        }

        Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static FileStreamOptions Private(FileMode mode)
    {
        FileStreamOptions options = new()
        {
            Mode = mode,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }

    private string PagesPath(ulong generation) => $"{_basePath}.pages-{generation}";

    private SafeFileHandle OpenPages(ulong generation) =>
        new FileStream(PagesPath(generation), Private(FileMode.OpenOrCreate)).SafeFileHandle;

    private List<KeyValuePair<ChunkId, Entry>> LiveEntries()
    {
        List<KeyValuePair<ChunkId, Entry>> live = [.. _added];
        foreach (ChunkId id in _touched)
        {
            live.Add(new KeyValuePair<ChunkId, Entry>(id, _old[id]));
        }

        return live;
    }

    /// <summary>Copies the live pages to a new page file when they are less than half of the old one.</summary>
    private List<KeyValuePair<ChunkId, Entry>> Compact(List<KeyValuePair<ChunkId, Entry>> live)
    {
        long liveBytes = live.Sum(pair => (long)pair.Value.Length);
        if (_pages is null || _tailStart < CompactFrom || liveBytes > _tailStart / 2)
        {
            return live;
        }

        ulong generation = _generation + 1;
        File.Delete(PagesPath(generation));
        SafeFileHandle target = OpenPages(generation);
        List<KeyValuePair<ChunkId, Entry>> moved = [];
        long end = 0;
        foreach ((ChunkId id, Entry entry) in live)
        {
            byte[] page = new byte[entry.Length];
            RandomAccess.Read(_pages, page, entry.Offset);
            RandomAccess.Write(target, page, end);
            moved.Add(new KeyValuePair<ChunkId, Entry>(id, entry with { Offset = end }));
            end += entry.Length;
        }

        _pages.Dispose();
        _pages = target;
        _generation = generation;
        _tailStart = end;
        return moved;
    }

    private void SaveIndex(List<KeyValuePair<ChunkId, Entry>> live)
    {
        ByteWriter writer = new(HeaderLength + (live.Count * EntryLength) + 4);
        writer.Bytes(Magic);
        writer.Bytes(_binding);
        writer.UInt64(_generation);
        writer.UInt64((ulong)_tailStart);
        writer.UInt32((uint)live.Count);
        foreach ((ChunkId id, Entry entry) in live)
        {
            writer.Bytes(id.Span);
            writer.UInt64((ulong)entry.Offset);
            writer.UInt32((uint)entry.Length);
            writer.UInt32(entry.Crc);
        }

        writer.UInt32(Crc(writer.Written));
        string temporary = _basePath + ".index-new";
        using (FileStream stream = new(temporary, Private(FileMode.Create)))
        {
            stream.Write(writer.Written);
        }

        File.Move(temporary, _basePath + ".index", overwrite: true);
        foreach (string file in Directory.EnumerateFiles(
            Path.GetDirectoryName(_basePath) ?? ".", Path.GetFileName(_basePath) + ".pages-*"))
        {
            if (file != PagesPath(_generation))
            {
                File.Delete(file);
            }
        }
    }

    private void ReadIndex()
    {
        try
        {
            string path = _basePath + ".index";
            if (File.Exists(path) && !TryParseIndex(File.ReadAllBytes(path)))
            {
                Note = "the walk cache is damaged and was dropped; everything is looked at as if it were new";
                _old.Clear();
                _generation++;
            }

            _pages = OpenPages(_generation);
            RandomAccess.SetLength(_pages, _tailStart); // what a run that was not committed appended
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Note = $"the walk cache is not used: {e.Message}";
            Dispose();
        }
    }

    private bool TryParseIndex(byte[] bytes)
    {
        if (bytes.Length < HeaderLength + 4)
        {
            return false;
        }

        ByteReader reader = new(bytes);
        bool isOurs = reader.Bytes(Magic.Length).SequenceEqual(Magic)
            && reader.Bytes(_binding.Length).SequenceEqual(_binding)
            && Crc(bytes.AsSpan(0, bytes.Length - 4)) == BitConverter.ToUInt32(bytes, bytes.Length - 4);
        if (!isOurs)
        {
            return false;
        }

        _generation = reader.UInt64();
        long end = (long)reader.UInt64();
        uint count = reader.UInt32();
        if (bytes.Length - HeaderLength - 4 != (long)count * EntryLength)
        {
            return false;
        }

        for (uint i = 0; i < count; i++)
        {
            ChunkId id = ChunkId.Read(reader.Bytes(ChunkId.Length));
            Entry entry = new((long)reader.UInt64(), (int)reader.UInt32(), reader.UInt32());
            if (entry.Length > TreeLimits.MaxPage || entry.Offset > end - entry.Length)
            {
                return false;
            }

            _old[id] = entry;
        }

        _tailStart = end;
        return true;
    }
}
