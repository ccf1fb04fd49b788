using System.Collections.Concurrent;
using System.Security.Cryptography;
using SnapFs.Chunks;
using SnapFs.Objects;
using SnapFs.Snapshots;

namespace SnapFs.Mount.Tests.Fakes;

/// <summary>A repository in memory: ids are SHA-256, frames are stored plain, and any frame can be damaged.</summary>
internal sealed class MemorySnapshotSource : ISnapshotSource
{
    private const int FrameTarget = 512 * 1024;
    private readonly Dictionary<(ChunkKind Kind, ChunkId Id), ChunkLocation> _index = [];
    private readonly List<byte[]> _frames = [];
    private readonly ConcurrentDictionary<uint, bool> _damaged = new();
    private readonly List<(SnapshotHead Head, SnapshotBody Body)> _pending = [];
    private readonly Dictionary<ObjectId, SnapshotBody> _bodies = [];
    private readonly Lock _lock = new();
    private readonly Dictionary<ChunkKind, GroupBuffer> _groups = new()
    {
        [ChunkKind.Data] = new GroupBuffer(),
        [ChunkKind.Tree] = new GroupBuffer(),
    };

    private long _reads;
    private long _bodyReads;
    private IReadOnlyList<SnapshotHead> _snapshots = [];

    public IReadOnlyList<SnapshotHead> Snapshots => Volatile.Read(ref _snapshots);

    /// <summary>Calls of <see cref="ReadFrame"/>.</summary>
    public long Reads => Interlocked.Read(ref _reads);

    /// <summary>Calls of <see cref="ReadBody"/>.</summary>
    public long BodyReads => Interlocked.Read(ref _bodyReads);

    /// <summary>Called at the start of each <see cref="ReadFrame"/>.</summary>
    public Action<FrameLocation, CancellationToken>? Reading { get; set; }

    /// <summary>Called at the start of each <see cref="Refresh"/>.</summary>
    public Action? Refreshing { get; set; }

    /// <summary>Chunks smaller than this share frames.</summary>
    public int GroupBelow { get; set; } = 64 * 1024;

    public ChunkId Put(ChunkKind kind, ReadOnlySpan<byte> plain)
    {
        ChunkId id = ChunkId.Read(SHA256.HashData(plain));
        lock (_lock)
        {
            if (_index.ContainsKey((kind, id)))
            {
                return id;
            }

            if (plain.Length >= GroupBelow)
            {
                _index.Add((kind, id), new ChunkLocation(AddFrame(plain.ToArray()), 0, (uint)plain.Length));
                return id;
            }

            GroupBuffer group = _groups[kind];
            group.Members.Add((id, (uint)group.Bytes.Length, (uint)plain.Length));
            group.Bytes.Write(plain);
            if (group.Bytes.Length >= FrameTarget)
            {
                Flush(kind);
            }

            // Readable before the group is full: located by TryLocate's flush.
            return id;
        }
    }

    /// <summary>Makes a snapshot that <see cref="Refresh"/> will show.</summary>
    public void Add(SnapshotHead head, SnapshotBody body)
    {
        lock (_lock)
        {
            _pending.Add((head, body));
        }
    }

    /// <summary>Removes a snapshot at once.</summary>
    public void Remove(ObjectId id)
    {
        lock (_lock)
        {
            _snapshots = [.. _snapshots.Where(head => head.Id != id)];
            _pending.Add(default);
        }
    }

    public void Damage(ChunkKind kind, in ChunkId id)
    {
        Assert.True(TryLocate(kind, in id, out ChunkLocation location));
        _damaged[location.Frame.Pack] = true;
    }

    public void Repair() => _damaged.Clear();

    public bool TryLocate(ChunkKind kind, in ChunkId id, out ChunkLocation location)
    {
        lock (_lock)
        {
            if (_index.TryGetValue((kind, id), out location))
            {
                return true;
            }

            Flush(kind);
            return _index.TryGetValue((kind, id), out location);
        }
    }

    public void ReadFrame(in FrameLocation frame, Span<byte> plain, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _reads);
        Reading?.Invoke(frame, cancellationToken);
        if (_damaged.ContainsKey(frame.Pack))
        {
            throw new DamagedException(NameOf(in frame), "its tag is wrong");
        }

        byte[] bytes;
        lock (_lock)
        {
            bytes = _frames[(int)frame.Pack];
        }

        Assert.Equal(bytes.Length, plain.Length);
        bytes.CopyTo(plain);
    }

    public bool Verify(ChunkKind kind, in ChunkId id, ReadOnlySpan<byte> plain) =>
        id.Span.SequenceEqual(SHA256.HashData(plain));

    public string NameOf(in FrameLocation frame) => $"packs/{frame.Pack:x4}";

    public bool Refresh(CancellationToken cancellationToken)
    {
        Refreshing?.Invoke();
        lock (_lock)
        {
            if (_pending.Count == 0)
            {
                return false;
            }

            List<SnapshotHead> heads = [.. _snapshots];
            foreach ((SnapshotHead head, SnapshotBody body) in _pending.Where(pair => pair.Head is not null))
            {
                heads.Add(head);
                _bodies.Add(head.Id, body);
            }

            _pending.Clear();
            heads.Sort((left, right) => left.Started.CompareTo(right.Started));
            Volatile.Write(ref _snapshots, heads);
            return true;
        }
    }

    public SnapshotBody ReadBody(in ObjectId id, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _bodyReads);
        lock (_lock)
        {
            return _bodies[id];
        }
    }

    private FrameLocation AddFrame(byte[] bytes)
    {
        _frames.Add(bytes);
        return new FrameLocation(
            (uint)(_frames.Count - 1), 64, (uint)bytes.Length, (uint)bytes.Length, FrameCodec.Stored);
    }

    private void Flush(ChunkKind kind)
    {
        GroupBuffer group = _groups[kind];
        if (group.Members.Count == 0)
        {
            return;
        }

        FrameLocation frame = AddFrame(group.Bytes.ToArray());
        foreach ((ChunkId id, uint offset, uint length) in group.Members)
        {
            _index.TryAdd((kind, id), new ChunkLocation(frame, offset, length));
        }

        _groups[kind] = new GroupBuffer();
    }

    private sealed class GroupBuffer
    {
        public MemoryStream Bytes { get; } = new();

        public List<(ChunkId Id, uint Offset, uint Length)> Members { get; } = [];
    }
}
