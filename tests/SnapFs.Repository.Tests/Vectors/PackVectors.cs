using System.Security.Cryptography;
using SnapFs.Chunks;
using SnapFs.Compression;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Packs;
using SnapFs.Storage;
using static SnapFs.Repository.Tests.Vectors.VectorDecoder;

namespace SnapFs.Repository.Tests.Vectors;

/// <summary>The part of <see cref="VectorDecoder"/> that deals with chunks.</summary>
internal static class PackVectors
{
    internal static Dictionary<string, string> Pack(VectorKeys keys, byte[] content)
    {
        MemoryStorage storage = new();
        ObjectId id = ObjectId.Of(content);
        storage.PutAsync(PackLayout.StorageName(keys.Domain, id), content, default).GetAwaiter().GetResult();
        PackDescription pack = PackFooter.ReadAsync(storage, keys.Domain, id, content.Length, default).GetAwaiter().GetResult();
        byte[] key = new byte[RunKey.Length];
        if (!keys.Domain.TryOpenRunKey(pack.Kind, pack.Epoch, pack.RunKey, key))
        {
            throw new DamagedException(Subject, "its key does not open");
        }

        Dictionary<string, string> fields = new()
        {
            ["domain-id"] = pack.Domain.ToString(),
            ["epoch"] = Show(pack.Epoch),
            ["kind"] = Show((int)pack.Kind),
            ["salt"] = Hex(pack.Salt),
            ["signer"] = pack.Signer.ToString(),
            ["sequence"] = Show(pack.Sequence),
            ["run-id"] = pack.Run.ToString(),
            ["run-key"] = Hex(key),
        };
        using FrameCipher cipher = new(key, pack.Salt);
        for (int i = 0; i < pack.Frames.Count; i++)
        {
            PackFrame frame = pack.Frames[i];
            fields[$"frame-{i + 1}"] =
                $"{frame.Offset} {frame.StoredLength} {frame.PlainLength} {(int)frame.Codec} {frame.ChunkCount}";
            AddChunks(fields, keys, pack, in frame, Open(cipher, in frame, content));
        }

        return fields;
    }

    internal static Dictionary<string, string> Chunker(VectorKeys keys, byte[] content)
    {
        GearChunker chunker = new(keys.Domain.Gear, new ChunkLimits(64, 256, 1024));
        List<int> lengths = [];
        for (int offset = 0; offset < content.Length; offset += lengths[^1])
        {
            lengths.Add(chunker.NextLength(content.AsSpan(offset)));
        }

        return new() { ["limits"] = "64 256 1024", ["lengths"] = string.Join(' ', lengths) };
    }

    private static void AddChunks(
        Dictionary<string, string> fields, VectorKeys keys, PackDescription pack, in PackFrame frame, byte[] plain)
    {
        int offset = 0;
        for (int i = frame.FirstChunk; i < frame.FirstChunk + frame.ChunkCount; i++)
        {
            PackChunk chunk = pack.Chunks[i];
            ReadOnlySpan<byte> bytes = plain.AsSpan(offset, (int)chunk.Length);
            if (ChunkIds.Of(keys.Domain.Hasher(pack.Kind), bytes) != chunk.Id)
            {
                throw new DamagedException(Subject, "the id of a chunk is wrong");
            }

            fields[$"chunk-{i + 1}"] = $"{chunk.Id} {chunk.Length} {Hex(SHA256.HashData(bytes))}";
            offset += bytes.Length;
        }
    }

    private static byte[] Open(FrameCipher cipher, in PackFrame frame, byte[] content)
    {
        byte[] stored = new byte[frame.StoredLength - FrameCipher.Overhead];
        byte[] plain = new byte[frame.PlainLength];
        ReadOnlySpan<byte> bytes = content.AsSpan((int)frame.Offset, (int)frame.StoredLength);
        return cipher.TryDecrypt(bytes, (byte)frame.Codec, frame.PlainLength, stored)
            && Decompress(frame.Codec, stored, plain)
                ? plain
                : throw new DamagedException(Subject, $"its frame at {frame.Offset} does not decrypt");
    }

    private static bool Decompress(FrameCodec codec, byte[] stored, byte[] plain)
    {
        if (codec == FrameCodec.Zstd)
        {
            return ZstdDecompressor.ForThread.TryDecompress(stored, plain);
        }

        bool fits = stored.Length == plain.Length;
        stored.AsSpan(0, fits ? stored.Length : 0).CopyTo(plain);
        return fits;
    }
}
