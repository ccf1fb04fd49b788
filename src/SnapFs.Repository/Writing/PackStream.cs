using SnapFs.Binary;
using SnapFs.Chunks;
using SnapFs.Repository.Packs;

namespace SnapFs.Repository.Writing;

/// <summary>The packs of one kind that this run writes, one open at a time. Safe for concurrent use.</summary>
internal sealed class PackStream : IDisposable
{
    private readonly WritingRun _run;
    private readonly ChunkKind _kind;
    private readonly PackSize _size;
    private readonly PackUploader _uploader;
    private readonly Lock _gate = new();
    private readonly ByteWriter _frames = new(32 * 1024); // kept from pack to pack: of small chunks they get large
    private readonly ByteWriter _footer = new(32 * 1024);
    private PackBuilder? _open;

    internal PackStream(WritingRun run, ChunkKind kind, PackSize size, PackUploader uploader)
    {
        _run = run;
        _kind = kind;
        _size = size;
        _uploader = uploader;
    }

    /// <summary>Appends a frame; hands the pack on if it is full, which may block.</summary>
    internal void Append(
        ReadOnlySpan<byte> payload, FrameCodec codec, uint plainLength, ReadOnlySpan<PackChunk> chunks)
    {
        FinishedPack? finished = null;
        lock (_gate)
        {
            _open ??= new PackBuilder(_run, _kind, _size, _uploader.RentBuffer(), _frames, _footer);
            _open.Append(payload, codec, plainLength, chunks);
            if (_open.IsFull)
            {
                finished = Close();
            }
        }

        if (finished is not null)
        {
            _uploader.Enqueue(finished);
        }
    }

    /// <summary>Hands on the open pack, if it holds anything.</summary>
    internal void Flush()
    {
        FinishedPack? finished = null;
        lock (_gate)
        {
            if (_open is { IsEmpty: false })
            {
                finished = Close();
            }
        }

        if (finished is not null)
        {
            _uploader.Enqueue(finished);
        }
    }

    public void Dispose() => _open?.Dispose();

    private FinishedPack Close()
    {
        using PackBuilder full = _open!; // Both callers hold the gate and have seen it open.
        _open = null;
        return full.Finish();
    }
}
