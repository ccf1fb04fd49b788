using System.Buffers;
using SnapFs.Chunks;
using SnapFs.Compression;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Indexes;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Packs;
using SnapFs.Snapshots;
using SnapFs.Storage;

namespace SnapFs.Repository.Reading;

/// <summary>
/// The read side of a repository: snapshots, and chunks by id. It cannot write or delete. Safe for concurrent use.
/// </summary>
public sealed class RepositoryReader : ISnapshotSource, IDisposable
{
    private readonly IStorage _storage;
    private readonly IDomainKeys _keys;
    private readonly ChunkIndex _index = new();
    private readonly IndexLoader _loader;
    private readonly SnapshotList _snapshots;
    private readonly PackOpener _packs;
    private readonly SemaphoreSlim _refreshing = new(1, 1);

    private RepositoryReader(IStorage storage, IDomainKeys keys, string? cacheDirectory)
    {
        _storage = storage;
        _keys = keys;
        _loader = new IndexLoader(storage, keys, cacheDirectory);
        _snapshots = new SnapshotList(storage, keys, cacheDirectory);
        _packs = new PackOpener(keys, _index);
    }

    /// <inheritdoc/>
    public IReadOnlyList<SnapshotHead> Snapshots => _snapshots.Heads;

    /// <summary>Snapshots and index segments that are damaged; the rest is usable.</summary>
    public IReadOnlyList<SnapFsException> Problems => [.. _snapshots.Problems, .. _loader.Problems];

    /// <summary>The part of <see cref="Problems"/> that is snapshots.</summary>
    public IReadOnlyList<SnapFsException> SnapshotProblems => _snapshots.Problems;

    /// <inheritdoc/>
    public (long PlainBytes, long StoredBytes) Totals
    {
        get
        {
            // In wider numbers: a hostile writer may claim what it likes, and statfs must not fail for it.
            Int128 plain = 0;
            foreach (SnapshotHead snapshot in Snapshots)
            {
                plain += snapshot.Statistics.BytesAdded;
            }

            Int128 stored = 0;
            foreach ((_, PackRecord pack) in _index.Packs())
            {
                stored += pack.Length;
            }

            return ((long)Int128.Min(plain, long.MaxValue), (long)Int128.Min(stored, long.MaxValue));
        }
    }

    /// <summary>Chunks in the index.</summary>
    public long ChunkCount => _index.ChunkCount;

    /// <summary>The packs the index lists: their ids and stored bytes.</summary>
    public IEnumerable<(ObjectId Id, long Length)> IndexedPacks =>
        _index.Packs().Select(pack => (pack.Pack.Id, pack.Pack.Length));

    internal IStorage Storage => _storage;

    internal IDomainKeys Keys => _keys;

    internal ChunkIndex Index => _index;

    internal IndexLoader IndexLoader => _loader;

    /// <summary>Opens a repository for reading.</summary>
    /// <param name="storage">The repository.</param>
    /// <param name="keys">The keys of a domain.</param>
    /// <param name="cacheDirectory">Where index runs are kept between processes; null keeps none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<RepositoryReader> OpenAsync(
        IStorage storage, IDomainKeys keys, string? cacheDirectory, CancellationToken cancellationToken)
    {
        RepositoryReader reader = new(storage, keys, cacheDirectory);
        await reader.RefreshAsync(cancellationToken);
        return reader;
    }

    /// <inheritdoc/>
    public bool Refresh(CancellationToken cancellationToken) =>
        RefreshAsync(cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="Refresh"/>
    public async Task<bool> RefreshAsync(CancellationToken cancellationToken)
    {
        await _refreshing.WaitAsync(cancellationToken);
        try
        {
            // Snapshots are listed before the index, whose segments were put before them: none lacks its chunks.
            List<ObjectId> listed = await _snapshots.ListAsync(cancellationToken);
            bool indexChanged = await _loader.UpdateAsync(_index, cancellationToken);
            bool snapshotsChanged = await _snapshots.UpdateAsync(listed, cancellationToken);
            return indexChanged || snapshotsChanged;
        }
        finally
        {
            _refreshing.Release();
        }
    }

    /// <inheritdoc/>
    public SnapshotBody ReadBody(in ObjectId id) => _snapshots.ReadBody(in id);

    /// <inheritdoc/>
    public bool TryLocate(ChunkKind kind, in ChunkId id, out ChunkLocation location) =>
        _index.TryLocate(kind, in id, default, out location);

    /// <inheritdoc/>
    public bool Verify(ChunkKind kind, in ChunkId id, ReadOnlySpan<byte> plain) =>
        ChunkIds.Of(_keys.Hasher(kind), plain) == id;

    /// <inheritdoc/>
    public string NameOf(in FrameLocation frame) => PackLayout.NameOf(_index.Pack(frame.Pack).Id);

    /// <inheritdoc/>
    public void ReadFrame(in FrameLocation frame, Span<byte> plain)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(plain.Length, (int)frame.PlainLength);
        OpenPack pack = _packs.Open(frame.Pack);
        if (frame.StoredLength <= FrameCipher.Overhead
            || frame.StoredLength > PackLayout.MaxFramePlain + FrameCipher.Overhead)
        {
            throw new DamagedException(pack.Name, $"the index gives its frame at {frame.Offset} a wrong length");
        }

        int stored = (int)frame.StoredLength;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(stored * 2);
        try
        {
            Read(pack, frame.Offset, buffer.AsMemory(0, stored));
            int payloadLength = stored - FrameCipher.Overhead;
            bool isPlain = frame.Codec == FrameCodec.Stored && payloadLength == plain.Length;
            Span<byte> payload = isPlain ? plain : buffer.AsSpan(stored, payloadLength);
            if (!pack.Cipher.TryDecrypt(buffer.AsSpan(0, stored), (byte)frame.Codec, frame.PlainLength, payload))
            {
                throw new DamagedException(pack.Name, $"its frame at {frame.Offset} does not decrypt");
            }

            if (!isPlain && !(frame.Codec == FrameCodec.Zstd
                && ZstdDecompressor.ForThread.TryDecompress(payload, plain)))
            {
                throw new DamagedException(pack.Name, $"its frame at {frame.Offset} does not decompress");
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public void Dispose()
    {
        _packs.Dispose();
        _refreshing.Dispose();
    }

    private void Read(OpenPack pack, long offset, Memory<byte> destination)
    {
        try
        {
            _storage.ReadAsync(pack.Object, offset, destination, CancellationToken.None).GetAwaiter().GetResult();
        }
        catch (ObjectNotFoundException e)
        {
            throw new DamagedException(pack.Name, "it is missing", e);
        }
        catch (ObjectTruncatedException e)
        {
            throw new DamagedException(pack.Name, $"it ends before offset {offset + destination.Length}", e);
        }
    }
}
