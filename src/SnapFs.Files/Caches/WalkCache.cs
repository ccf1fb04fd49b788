using System.Numerics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using SnapFs.Binary;
using SnapFs.Chunks;
using SnapFs.Files.Backups;
using SnapFs.Trees;

namespace SnapFs.Files.Caches;

/// <summary>
/// Tree pages of the last snapshot of one host and source, kept in plain bytes on this machine, so that the next
/// backup finds out what is unchanged without reading the repository. Losing it costs time only.
/// </summary>
/// <remarks>
/// Two files of mode 0600. The page file is only appended to. The index says how much of it counts, and is replaced
/// whole by renaming when a backup has been committed, so that a crash leaves the old state. Every page and the
/// index carry a CRC-32C; what does not match is as if it were not there. Pages are asked for by the id of the chunk,
/// and the caller takes the root id from a snapshot that is listed, so a stale cache can miss but not mislead. An
/// exclusive lock keeps a second backup of the same source from writing to it; that one goes without.
/// </remarks>
public sealed partial class WalkCache : ITreePages, IPageObserver, IDisposable
{
    /// <summary>New pages are written in pieces of this many bytes; at least the largest page.</summary>
    private const int TailLimit = TreeLimits.MaxPage;

    private readonly string _basePath;
    private readonly ITreePages? _fallback;
    private readonly Lock _lock = new();
    private readonly Dictionary<ChunkId, Entry> _old;
    private readonly HashSet<ChunkId> _touched = [];
    private readonly Dictionary<ChunkId, Entry> _added = [];
    private readonly ByteWriter _tail = new(64 * 1024);
    private readonly byte[] _binding;
    private FileStream? _lockFile;
    private SafeFileHandle? _pages;
    private ulong _generation;
    private long _tailStart;
    private long _savedEnd;
    private bool _isWritable = true;

    private WalkCache(string basePath, byte[] binding, ITreePages? fallback, FileStream? lockFile)
    {
        _basePath = basePath;
        _binding = binding;
        _fallback = fallback;
        _lockFile = lockFile;
        _old = [];
        if (lockFile is not null)
        {
            ReadIndex();
        }
    }

    /// <summary>Why the cache is not used, not kept or was found damaged: the first reason, for one warning; null if all is
    /// well.</summary>
    public string? Note { get; private set; }

    /// <inheritdoc/>
    public TreePage Load(in ChunkRef page)
    {
        Entry entry;
        bool isHere;
        lock (_lock)
        {
            isHere = _old.TryGetValue(page.Id, out entry);
            if (isHere)
            {
                _touched.Add(page.Id);
            }
        }

        if (!isHere)
        {
            return LoadFallback(in page);
        }

        byte[] bytes = GC.AllocateUninitializedArray<byte>(entry.Length);
        if (TryRead(in entry, bytes))
        {
            return TreePage.Parse(bytes);
        }

        lock (_lock)
        {
            _old.Remove(page.Id);
            _touched.Remove(page.Id);
            Note ??= "the walk cache is damaged; what it lost is read again";
        }

        return LoadFallback(in page);
    }

    /// <inheritdoc/>
    public void PagePut(in ChunkId id, ReadOnlySpan<byte> page)
    {
        lock (_lock)
        {
            Append(in id, page);
        }
    }

    /// <summary>Ends the use; what was not saved is forgotten.</summary>
    public void Dispose()
    {
        _pages?.Dispose();
        _pages = null;
        _lockFile?.Dispose();
        _lockFile = null;
    }

    private bool TryRead(in Entry entry, byte[] bytes)
    {
        try
        {
            return _pages is { } pages
                && RandomAccess.Read(pages, bytes, entry.Offset) == bytes.Length
                && Crc(bytes) == entry.Crc;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // as if it were not there
        }
    }

    private TreePage LoadFallback(in ChunkRef page)
    {
        if (_fallback is null)
        {
            throw new DamagedException("the walk cache", "it lacks a page of the previous snapshot");
        }

        TreePage loaded = _fallback.Load(in page);
        PagePut(page.Id, loaded.Bytes.Span);
        return loaded;
    }

    private void Append(in ChunkId id, ReadOnlySpan<byte> page)
    {
        if (_pages is null || !_isWritable || _added.ContainsKey(id))
        {
            return;
        }

        if (_old.ContainsKey(id))
        {
            _touched.Add(id);
            return;
        }

        if (_tail.Length + page.Length > TailLimit && !TryFlushTail())
        {
            return;
        }

        _added.Add(id, new Entry(_tailStart + _tail.Length, page.Length, Crc(page)));
        _tail.Bytes(page);
    }

    /// <summary>A disk that is full costs the next backup time, not this one its snapshot: the state before stays.</summary>
    private bool TryFlushTail()
    {
        try
        {
            FlushTail();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            StopWriting(e);
            return false;
        }
    }

    private void StopWriting(Exception e)
    {
        Note ??= $"the walk cache is not kept, so that the next backup takes longer: {e.Message}";
        _isWritable = false;
        _tail.Clear();
        _added.Clear();
        try
        {
            if (_pages is not null)
            {
                RandomAccess.SetLength(_pages, _savedEnd); // gives the room back that the pages of this run took
            }
        }
        catch (Exception second) when (second is IOException or UnauthorizedAccessException)
        {
            // Opening the cache the next time cuts it to the same length.
        }
    }

    private void FlushTail()
    {
        if (_tail.Length > 0 && _pages is not null)
        {
            RandomAccess.Write(_pages, _tail.Written, _tailStart);
            _tailStart += _tail.Length;
            _tail.Clear();
        }
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (ulong word in words)
        {
            crc = BitOperations.Crc32C(crc, word);
        }

        foreach (byte b in bytes[(words.Length * sizeof(ulong))..])
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        return ~crc;
    }

    private readonly record struct Entry(long Offset, int Length, uint Crc);
}
