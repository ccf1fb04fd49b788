using System.Diagnostics.CodeAnalysis;
using SnapFs.Chunks;
using SnapFs.Trees;

namespace SnapFs.Caches;

/// <summary>
/// Parsed tree pages over a <see cref="FrameCache"/>: the pages that share a frame with one that was read cost a copy
/// and a parse, no decode. Safe for concurrent use.
/// </summary>
public sealed class TreePageCache : ITreePages
{
    /// <summary>Bytes of parsed pages a process keeps unless told otherwise.</summary>
    public const long DefaultCapacity = 32L * 1024 * 1024;

    private readonly FrameCache _frames;
    private readonly long _capacity;
    private readonly Lock _lock = new();
    private readonly Dictionary<ChunkId, Entry> _entries = [];
    private readonly Queue<Entry> _clock = new();
    private long _used;

    /// <param name="frames">Where the bytes of pages come from; not disposed.</param>
    /// <param name="capacityBytes">Bound on the sum of <see cref="TreePage.Footprint"/> of the pages kept.</param>
    public TreePageCache(FrameCache frames, long capacityBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacityBytes);
        _frames = frames;
        _capacity = capacityBytes;
    }

    /// <summary>Bytes of the pages that are kept now.</summary>
    public long Used
    {
        get
        {
            lock (_lock)
            {
                return _used;
            }
        }
    }

    /// <inheritdoc/>
    public TreePage Load(in ChunkRef page)
    {
        if (TryFind(page.Id, out TreePage? found))
        {
            return found;
        }

        TreePage parsed = Parse(in page);
        Keep(page.Id, parsed);
        return parsed;
    }

    /// <summary>Starts to decode the frame of a page in the background unless the page is here.</summary>
    public void Prefetch(in ChunkRef page)
    {
        lock (_lock)
        {
            if (_entries.ContainsKey(page.Id))
            {
                return;
            }
        }

        _frames.Prefetch(ChunkKind.Tree, page.Id);
    }

    private TreePage Parse(in ChunkRef page)
    {
        using ChunkLease lease = _frames.Acquire(ChunkKind.Tree, page.Id);
        if (lease.Length != page.Length)
        {
            throw _frames.Damaged(ChunkKind.Tree, page.Id, $"tree page {page.Id} has {lease.Length} bytes, not {page.Length}");
        }

        try
        {
            return TreePage.Parse(lease.Span.ToArray());
        }
        catch (InvalidEncodingException e)
        {
            throw _frames.Damaged(ChunkKind.Tree, page.Id, $"tree page {page.Id}: {e.Message}", e);
        }
    }

    private bool TryFind(in ChunkId id, [NotNullWhen(true)] out TreePage? page)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(id, out Entry? entry))
            {
                entry.IsReferenced = true;
                page = entry.Page;
                return true;
            }
        }

        page = null;
        return false;
    }

    private void Keep(in ChunkId id, TreePage page)
    {
        lock (_lock)
        {
            Entry entry = new(id, page);
            if (page.Footprint > _capacity || !_entries.TryAdd(id, entry))
            {
                return;
            }

            _clock.Enqueue(entry);
            _used += page.Footprint;
            while (_used > _capacity)
            {
                Entry oldest = _clock.Dequeue();
                if (oldest.IsReferenced)
                {
                    oldest.IsReferenced = false;
                    _clock.Enqueue(oldest);
                    continue;
                }

                _entries.Remove(oldest.Id);
                _used -= oldest.Page.Footprint;
            }
        }
    }

    private sealed class Entry(ChunkId id, TreePage page)
    {
        internal ChunkId Id { get; } = id;

        internal TreePage Page { get; } = page;

        internal bool IsReferenced { get; set; }
    }
}
