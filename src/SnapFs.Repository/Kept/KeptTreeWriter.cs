using SnapFs.Binary;
using SnapFs.Chunks;
using SnapFs.Compression;
using SnapFs.Local;
using SnapFs.Repository.Keys;

namespace SnapFs.Repository.Kept;

/// <summary>Writes the file of a tree under a name that nobody looks for, until the snapshot is committed. Not safe for concurrent
/// use. A disk that is full, or a directory that cannot be written, keeps nothing; <see cref="Trouble"/> says why.</summary>
public sealed class KeptTreeWriter : IChunkKeeper, IDisposable
{
    /// <summary>Chunks that come one after the other share a frame of about this many plain bytes.</summary>
    private const int FrameLength = 64 * 1024;

    private const int CompressionLevel = 3;

    private readonly string _directory;
    private readonly string _temporary;
    private readonly IDomainKeys _keys;
    private readonly Dictionary<UInt128, (uint Frame, uint Offset, uint Length)> _places = [];
    private readonly ByteWriter _frame = new(FrameLength);
    private readonly ByteWriter _frames = new();
    private uint _frameCount;
    private FileStream? _file;

    internal KeptTreeWriter(string directory, IDomainKeys keys)
    {
        _directory = directory;
        _temporary = Path.Combine(directory, $"{KeptTreeFormat.Prefix}{Guid.NewGuid():N}.tmp");
        _keys = keys;
    }

    /// <summary>Why nothing is kept, without a full stop; null if all is well.</summary>
    public string? Trouble { get; private set; }

    /// <inheritdoc/>
    public void Keep(in ChunkId id, ReadOnlySpan<byte> plain)
    {
        if (Trouble is not null)
        {
            return;
        }

        if (_frame.Length > 0 && _frame.Length + plain.Length > FrameLength)
        {
            Try(EndFrame);
        }

        if (_places.TryAdd(KeptTreeFormat.KeyOf(in id), (_frameCount, (uint)_frame.Length, (uint)plain.Length)))
        {
            _frame.Bytes(plain);
        }
    }

    /// <summary>Makes the file whole and gives it its name.</summary>
    /// <param name="root">The root page of the tree.</param>
    /// <returns>False if nothing is kept.</returns>
    public bool Save(in ChunkId root)
    {
        if (Trouble is null)
        {
            ChunkId name = root;
            Try(() => Finish(in name));
        }

        Dispose();
        return Trouble is null;
    }

    /// <summary>Removes what was not saved.</summary>
    public void Dispose()
    {
        if (_file is null)
        {
            return;
        }

        _file.Dispose();
        _file = null;
        try
        {
            File.Delete(_temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Trouble ??= SystemText.Of(e); // the next runs remove it
        }
    }

    private void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Trouble ??= SystemText.Of(e);
            Dispose();
        }
    }

    private void Finish(in ChunkId root)
    {
        if (_frame.Length > 0)
        {
            EndFrame();
        }

        ByteWriter index = new();
        index.Bytes(root.Span);
        index.UInt32(_frameCount);
        index.Bytes(_frames.Written);
        foreach ((UInt128 id, (uint frame, uint offset, uint length)) in _places.OrderBy(place => place.Key))
        {
            System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(index.Reserve(16), id);
            index.UInt32(frame);
            index.UInt32(offset);
            index.UInt32(length);
        }

        byte[] message = KeptTreeFormat.Seal(_keys, _keys.Epoch, KeptTreeFormat.Index, index.Written);
        ByteWriter end = new(message.Length + KeptTreeFormat.TrailerLength);
        end.Bytes(message);
        end.UInt32((uint)message.Length);
        Append(end.Written);
        _file?.Flush(flushToDisk: true);
        File.Move(_temporary, Path.Combine(_directory, KeptTreeFormat.NameOf(in root)), overwrite: true);
    }

    /// <summary>One frame in the index: u32 stored length, u32 plain length, u8 codec.</summary>
    private void EndFrame()
    {
        byte[] scratch = new byte[_frame.Length];
        bool isSmaller = ZstdCompressor.ForThread.TryCompress(_frame.Written, CompressionLevel, scratch, out int length);
        byte[] message = KeptTreeFormat.Seal(
            _keys, _keys.Epoch, KeptTreeFormat.Frame, isSmaller ? scratch.AsSpan(0, length) : _frame.Written);
        Append(message);
        _frames.UInt32((uint)message.Length);
        _frames.UInt32((uint)_frame.Length);
        _frames.Byte((byte)(isSmaller ? FrameCodec.Zstd : FrameCodec.Stored));
        _frameCount++;
        _frame.Clear();
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (_file is null)
        {
            LocalCache.Create(_directory);
            _file = new FileStream(_temporary, PrivateFile.Options(FileMode.CreateNew));
            ByteWriter header = new();
            header.Bytes(KeptTreeFormat.Magic);
            header.UInt32(_keys.Epoch);
            _file.Write(header.Written);
        }

        if (_file.Position + bytes.Length > KeptTreeFormat.MaxFile)
        {
            throw new IOException($"{_temporary} would have more than 2 GiB");
        }

        _file.Write(bytes);
    }
}
