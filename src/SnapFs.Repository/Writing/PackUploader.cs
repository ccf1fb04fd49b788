using System.Collections.Concurrent;
using System.Threading.Channels;
using SnapFs.Chunks;
using SnapFs.Objects;
using SnapFs.Repository.Indexes;
using SnapFs.Repository.Packs;
using SnapFs.Storage;

namespace SnapFs.Repository.Writing;

/// <summary>
/// Stores finished packs in the background, and index segments over them from time to time, so that a killed run
/// loses little. Segments follow the packs they list.
/// </summary>
internal sealed class PackUploader : IAsyncDisposable
{
    /// <summary>A segment is written when this many packs are stored but not indexed.</summary>
    private const int PacksPerSegment = 64;

    /// <summary>Packs in memory beside those that are being stored: one of each kind that is filled, and one that waits.</summary>
    private const int SpareBuffers = 3;

    private readonly IStorage _storage;
    private readonly WritingRun _run;
    private readonly RunIntake? _intake;
    private readonly int _chunksPerSegment;
    private readonly int _packLength;
    private readonly CancellationToken _cancellationToken;
    private readonly Channel<FinishedPack> _queue = Channel.CreateUnbounded<FinishedPack>(); // bounded by the buffers
    private readonly SemaphoreSlim _room;
    private readonly ConcurrentBag<PackBuffer> _buffers = [];
    private readonly Lock _gate = new();
    private readonly Dictionary<ChunkKind, List<IndexedPack>> _unindexed = [];
    private readonly Task[] _workers;
    private Exception? _failure;
    private long _bytesStored;

    /// <param name="storage">The repository.</param>
    /// <param name="run">The run that writes.</param>
    /// <param name="options">How many packs are stored at once, and when a segment is written.</param>
    /// <param name="size">How long the longest packs get: of long ones fewer are in memory.</param>
    /// <param name="intake">Takes in the segments written; disposed of with this. Null if nobody wants them.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal PackUploader(
        IStorage storage,
        WritingRun run,
        WriterOptions options,
        PackSize size,
        RunIntake? intake,
        CancellationToken cancellationToken)
    {
        _intake = intake;
        _storage = storage;
        _run = run;
        _cancellationToken = cancellationToken;
        _chunksPerSegment = options.ChunksPerSegment;
        int buffers = options.UploadWorkers + SpareBuffers;
        _room = new SemaphoreSlim(Math.Max(SpareBuffers, (int)((long)buffers * PackSize.Least.Max / size.Max)));
        _packLength = size.Max;
        _workers = new Task[options.UploadWorkers];
        for (int i = 0; i < _workers.Length; i++)
        {
            _workers[i] = Task.Run(RunAsync, CancellationToken.None);
        }
    }

    /// <summary>Bytes of the packs stored so far.</summary>
    internal long BytesStored => Volatile.Read(ref _bytesStored);

    /// <summary>Memory for a pack, re-used once the pack is stored; blocks while the storage is behind.</summary>
    /// <exception cref="SnapFsException">An earlier pack could not be stored.</exception>
    internal PackBuffer RentBuffer()
    {
        _room.Wait(_cancellationToken);
        if (Volatile.Read(ref _failure) is not null)
        {
            _room.Release(); // others wait, and are to learn of it too
            ThrowIfFailed();
        }

        return _buffers.TryTake(out PackBuffer? buffer) ? buffer : new PackBuffer(_packLength + (1024 * 1024));
    }

    /// <summary>Queues a pack.</summary>
    /// <exception cref="SnapFsException">An earlier pack could not be stored.</exception>
    internal void Enqueue(FinishedPack pack)
    {
        _queue.Writer.TryWrite(pack);
        ThrowIfFailed();
    }

    /// <summary>Waits until every queued pack is stored, then indexes the rest. Nothing can be queued after it.</summary>
    internal async Task CompleteAsync()
    {
        _queue.Writer.TryComplete();
        await Task.WhenAll(_workers);
        FreeBuffers();
        ThrowIfFailed();
        foreach (ChunkKind kind in new[] { ChunkKind.Data, ChunkKind.Tree })
        {
            await WriteSegmentAsync(kind, _ => true);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await Task.WhenAll(_workers);
        FreeBuffers();
        _room.Dispose();
        _intake?.Dispose();
    }

    /// <summary>Throws what stopped the uploads, as often as it is asked.</summary>
    internal void ThrowIfFailed()
    {
        if (Volatile.Read(ref _failure) is Exception failure)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }
    }

    private void FreeBuffers()
    {
        while (_buffers.TryTake(out PackBuffer? buffer))
        {
            ((IDisposable)buffer).Dispose();
        }
    }

    private async Task RunAsync()
    {
        await foreach (FinishedPack pack in _queue.Reader.ReadAllAsync(CancellationToken.None))
        {
            try
            {
                if (Volatile.Read(ref _failure) is null)
                {
                    await StoreAsync(pack);
                }
            }
            catch (Exception e)
            {
                // Kept for the thread that puts the next chunk, which is the one that can stop the run.
                Interlocked.CompareExchange(ref _failure, e, null);
            }
            finally
            {
                _buffers.Add(pack.Buffer);
                _room.Release(); // after a failure too, so that nobody waits for room
            }
        }
    }

    private async Task StoreAsync(FinishedPack pack)
    {
        ReadOnlyMemory<byte> content = pack.Buffer.Memory[..pack.Length];
        ObjectId id = ObjectId.Of(content.Span);
        ObjectName name = new(ObjectKind.Pack, _run.Keys.DomainName, id.ToString());
        await _storage.PutHashedAsync(name, content, _cancellationToken);
        Interlocked.Add(ref _bytesStored, pack.Length);
        lock (_gate)
        {
            if (!_unindexed.TryGetValue(pack.Description.Kind, out List<IndexedPack>? packs))
            {
                _unindexed[pack.Description.Kind] = packs = [];
            }

            packs.Add(new IndexedPack(id, pack.Length, pack.Description));
        }

        await WriteSegmentAsync(pack.Description.Kind, IsEnough);
    }

    private bool IsEnough(List<IndexedPack> packs) =>
        packs.Count >= PacksPerSegment || packs.Sum(pack => pack.Description.Chunks.Count) >= _chunksPerSegment;

    private async Task WriteSegmentAsync(ChunkKind kind, Predicate<List<IndexedPack>> isEnough)
    {
        List<IndexedPack>? packs;
        lock (_gate)
        {
            if (!_unindexed.TryGetValue(kind, out packs) || !isEnough(packs))
            {
                return;
            }

            _unindexed.Remove(kind);
        }

        await SegmentWriter.WriteAsync(_storage, _run, kind, packs, _intake, _cancellationToken);
    }
}
