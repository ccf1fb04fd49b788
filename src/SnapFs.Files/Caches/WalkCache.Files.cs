using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;
using SnapFs.Binary;
using SnapFs.Chunks;
using SnapFs.Local;
using SnapFs.Objects;
using SnapFs.Posix.Files;
using SnapFs.Text;
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
    /// <param name="directory">The cache directory; made with mode 0700 if it is missing. Null keeps nothing.</param>
    /// <param name="repository">The repository, for whose ids the pages are named.</param>
    /// <param name="host">The host.</param>
    /// <param name="source">The source.</param>
    /// <param name="fallback">Gives pages the cache lacks; null if the caller cannot read the repository.</param>
    /// <remarks>A cache that cannot be used is replaced by one that keeps nothing; <see cref="Note"/> says why.
    /// </remarks>
    public static WalkCache Open(
        string? directory, in ObjectId repository, string host, string source, ITreePages? fallback)
    {
        ByteWriter writer = new();
        writer.LengthPrefixed(Encoding.UTF8.GetBytes(repository.ToString()));
        writer.LengthPrefixed(Encoding.UTF8.GetBytes(host));
        writer.LengthPrefixed(Encoding.UTF8.GetBytes(source));
        byte[] binding = SHA256.HashData(writer.Written);
        if (directory is null)
        {
            return new WalkCache(string.Empty, binding, fallback, null);
        }

        string basePath = Path.Combine(directory, "walk-" + Convert.ToHexStringLower(binding.AsSpan(0, 16)));
        try
        {
            CreatePrivate(directory);
            CheckPrivate(directory);
            FileStream lockFile = new(basePath + ".lock", Private(FileMode.OpenOrCreate));
            return new WalkCache(basePath, binding, fallback, lockFile);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new WalkCache(basePath, binding, fallback, null)
            {
                Note = e.HResult == Interop.Libc.EAGAIN
                    ? $"another backup of {SafeText.Of(host)}:{SafeText.Of(source)} is running; this one reads all files"
                    : $"the walk cache is not used: {SystemText.Of(e)}",
            };
        }
    }

    /// <summary>Keeps the pages of this run for the next, once its snapshot has been committed.</summary>
    /// <remarks>A failure leaves the old state and is told by <see cref="Note"/>.</remarks>
    public void Save()
    {
        lock (_lock)
        {
            if (_lockFile is null || !_isWritable)
            {
                return;
            }

            try
            {
                FlushTail();
                List<KeyValuePair<ChunkId, Entry>> live = Compact(LiveEntries());
                if (!File.Exists(PagesPath(_generation)))
                {
                    throw new FileNotFoundException($"{PagesPath(_generation)} was deleted while the backup ran");
                }

                SaveIndex(live);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                StopWriting(e);
            }
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

    /// <summary>What somebody else may write to is not believed, and shows them names and small files.</summary>
    private static void CheckPrivate(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        const uint WritableByOthers = 0x12; // 022
        int error = FileStat.Follow(in RawPath.Terminate(RawPath.FromText(directory))[0], out FileStat stat);
        if (error != 0)
        {
            throw new IOException($"{directory}: {Interop.Libc.Text(error)}");
        }

        if (stat.UserId != Interop.Libc.geteuid() || (stat.Mode & WritableByOthers) != 0)
        {
            throw new IOException($"{directory} belongs to another user or may be written by others");
        }
    }

    private static FileStreamOptions Private(FileMode mode) =>
        PrivateFile.Options(mode, FileShare.None, FileAccess.ReadWrite);

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
        try
        {
            foreach ((ChunkId id, Entry entry) in live)
            {
                byte[] page = new byte[entry.Length];
                if (TryRead(in entry, page))
                {
                    RandomAccess.Write(target, page, end);
                    moved.Add(new KeyValuePair<ChunkId, Entry>(id, entry with { Offset = end }));
                    end += entry.Length;
                }
            }
        }
        catch
        {
            target.Dispose();
            File.Delete(PagesPath(generation));
            throw;
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
        try
        {
            using (FileStream stream = new(temporary, Private(FileMode.Create)))
            {
                stream.Write(writer.Written);
            }

            File.Move(temporary, _basePath + ".index", overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        _savedEnd = _tailStart;
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
                Note ??= "the walk cache is damaged and was dropped; everything is looked at as if it were new";
                _old.Clear();
                _generation = _generation == ulong.MaxValue ? 1 : _generation + 1;
            }

            _pages = OpenPages(_generation);
            RandomAccess.SetLength(_pages, _tailStart); // what a run that was not committed appended
            _savedEnd = _tailStart;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Note ??= $"the walk cache is not used: {SystemText.Of(e)}";
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
        ulong end = reader.UInt64();
        uint count = reader.UInt32();
        if (_generation == ulong.MaxValue || end > long.MaxValue || bytes.Length - HeaderLength - 4 != (long)count * EntryLength)
        {
            return false;
        }

        for (uint i = 0; i < count; i++)
        {
            ChunkId id = ChunkId.Read(reader.Bytes(ChunkId.Length));
            ulong offset = reader.UInt64();
            uint length = reader.UInt32();
            uint crc = reader.UInt32();
            if (length > TreeLimits.MaxPage || length > end || offset > end - length)
            {
                return false;
            }

            _old[id] = new Entry((long)offset, (int)length, crc);
        }

        _tailStart = (long)end;
        return true;
    }
}
