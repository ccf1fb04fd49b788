using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using SnapFs.Binary;
using SnapFs.Caches;
using SnapFs.Chunks;
using SnapFs.Compression;
using SnapFs.Cryptography;
using SnapFs.Repository.Keys;

namespace SnapFs.Repository.Kept;

/// <summary>The file of one kept tree. Its index is in memory, 28 bytes a chunk. Safe for concurrent use.</summary>
internal sealed class KeptTree : IDisposable
{
    private const int FrameRecordLength = (2 * sizeof(uint)) + 1;

    private readonly SafeFileHandle _file;
    private readonly IDomainKeys _keys;
    private readonly uint _epoch;
    private readonly FrameLocation[] _frames;
    private readonly byte[] _records;

    private KeptTree(
        string path, SafeFileHandle file, IDomainKeys keys, uint epoch, ChunkId root, FrameLocation[] frames, byte[] records)
    {
        Path = path;
        Root = root;
        _file = file;
        _keys = keys;
        _epoch = epoch;
        _frames = frames;
        _records = records;
    }

    /// <summary>The file.</summary>
    internal string Path { get; }

    /// <summary>The root page of the tree.</summary>
    internal ChunkId Root { get; }

    private int Count => _records.Length / KeptTreeFormat.RecordLength;

    /// <summary>Opens the file of a tree.</summary>
    /// <returns>Null if there is none, or it is not what this program wrote for this tree of this repository.</returns>
    internal static KeptTree? TryOpen(string directory, IDomainKeys keys, in ChunkId root)
    {
        string path = System.IO.Path.Combine(directory, KeptTreeFormat.NameOf(in root));
        SafeFileHandle? file = null;
        KeptTree? tree = null;
        try
        {
            file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
            tree = Read(path, file, keys, in root);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SnapFsException)
        {
            // As if there were none.
        }

        if (tree is null)
        {
            file?.Dispose();
        }

        return tree;
    }

    /// <summary>Where a chunk lies; the number of the pack is left zero.</summary>
    internal bool TryFind(in ChunkId id, out ChunkLocation location)
    {
        UInt128 key = KeptTreeFormat.KeyOf(in id);
        int low = 0;
        int high = Count - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            ReadOnlySpan<byte> record = _records.AsSpan(middle * KeptTreeFormat.RecordLength, KeptTreeFormat.RecordLength);
            int order = BinaryPrimitives.ReadUInt128BigEndian(record).CompareTo(key);
            if (order == 0)
            {
                location = new ChunkLocation(_frames[Number(record, 0)], Number(record, 1), Number(record, 2));
                return true;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        location = default;
        return false;
    }

    /// <summary>Reads a frame.</summary>
    /// <exception cref="DamagedException">It is not what was written.</exception>
    internal void Read(in FrameLocation frame, Span<byte> plain)
    {
        byte[] message = new byte[frame.StoredLength];
        ReadAt(_file, frame.Offset, message, Path);
        byte[] content = KeptTreeFormat.Open(_keys, _epoch, KeptTreeFormat.Frame, message)
            ?? throw new DamagedException(Path, $"its frame at {frame.Offset} does not decrypt");
        if (frame.Codec == FrameCodec.Stored && content.Length == plain.Length)
        {
            content.CopyTo(plain);
        }
        else if (!ZstdDecompressor.ForThread.TryDecompress(content, plain))
        {
            throw new DamagedException(Path, $"its frame at {frame.Offset} does not decompress");
        }
    }

    public void Dispose() => _file.Dispose();

    private static KeptTree? Read(string path, SafeFileHandle file, IDomainKeys keys, in ChunkId root)
    {
        long length = RandomAccess.GetLength(file);
        byte[] header = new byte[KeptTreeFormat.HeaderLength];
        byte[] trailer = new byte[KeptTreeFormat.TrailerLength];
        if (length is < KeptTreeFormat.HeaderLength + KeptTreeFormat.TrailerLength or > KeptTreeFormat.MaxFile
            || RandomAccess.Read(file, header, 0) != header.Length
            || RandomAccess.Read(file, trailer, length - trailer.Length) != trailer.Length
            || !header.AsSpan().StartsWith(KeptTreeFormat.Magic))
        {
            return null;
        }

        uint epoch = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(KeptTreeFormat.Magic.Length));
        uint indexLength = BinaryPrimitives.ReadUInt32LittleEndian(trailer);
        long indexStart = length - trailer.Length - indexLength;
        if (!keys.Has(epoch) || indexStart < header.Length)
        {
            return null;
        }

        byte[] message = new byte[indexLength];
        ReadAt(file, indexStart, message, path);
        return KeptTreeFormat.Open(keys, epoch, KeptTreeFormat.Index, message) is { } index
            && TryParse(index, indexStart, in root, out FrameLocation[] frames, out byte[] records)
            ? new KeptTree(path, file, keys, epoch, root, frames, records)
            : null;
    }

    /// <summary>Reads the index, and bounds what it says: another program with the same keys may have sealed it.</summary>
    private static bool TryParse(
        byte[] index, long indexStart, in ChunkId root, out FrameLocation[] frames, out byte[] records)
    {
        ByteReader reader = new(index);
        frames = [];
        records = [];
        if (ChunkId.Read(reader.Bytes(ChunkId.Length)) != root)
        {
            return false;
        }

        uint count = reader.UInt32();
        if (count > reader.Remaining / FrameRecordLength)
        {
            return false;
        }

        frames = new FrameLocation[count];
        long offset = KeptTreeFormat.HeaderLength;
        for (int i = 0; i < frames.Length; i++)
        {
            frames[i] = new FrameLocation(0, (uint)offset, reader.UInt32(), reader.UInt32(), (FrameCodec)reader.Byte());
            offset += frames[i].StoredLength;
            if (offset > indexStart || frames[i].StoredLength < Sealing.Overhead || frames[i].PlainLength > FrameCache.MaxFrame)
            {
                return false;
            }
        }

        records = reader.Bytes(reader.Remaining).ToArray();
        for (int at = 0; at < records.Length; at += KeptTreeFormat.RecordLength)
        {
            if (records.Length - at < KeptTreeFormat.RecordLength || !LiesWithin(frames, records.AsSpan(at)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool LiesWithin(FrameLocation[] frames, ReadOnlySpan<byte> record)
    {
        uint frame = Number(record, 0);
        return frame < frames.Length && Number(record, 1) + (ulong)Number(record, 2) <= frames[frame].PlainLength;
    }

    /// <summary>One of the three numbers of a record.</summary>
    private static uint Number(ReadOnlySpan<byte> record, int which) =>
        BinaryPrimitives.ReadUInt32LittleEndian(record[(16 + (which * sizeof(uint)))..]);

    private static void ReadAt(SafeFileHandle file, long offset, Span<byte> bytes, string path)
    {
        try
        {
            for (int read = 0; read < bytes.Length;)
            {
                int piece = RandomAccess.Read(file, bytes[read..], offset + read);
                read += piece > 0 ? piece : throw new DamagedException(path, $"it ends before offset {offset + bytes.Length}");
            }
        }
        catch (IOException e)
        {
            throw new DamagedException(path, SystemText.Of(e), e);
        }
    }
}
