using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using SnapFs.Chunks;
using SnapFs.Compression;
using SnapFs.Cryptography;
using SnapFs.Repository.Indexes;
using SnapFs.Repository.Packs;
using SnapFs.Trees;
using Xunit;

namespace SnapFs.Repository.Tests.Vectors;

/// <summary>The part of <see cref="VectorDecoder"/> that deals with chunks.</summary>
internal static class PackVectors
{
    internal static Dictionary<string, string> Pack(VectorKeys keys, byte[] content)
    {
        int trailer = content.Length - PackLayout.TrailerLength;
        if (trailer < 24 || BinaryPrimitives.ReadUInt32LittleEndian(content.AsSpan(content.Length - 4)) > trailer - 24)
        {
            throw new DamagedException("packs/x", "its footer has no room");
        }

        int footerLength = BinaryPrimitives.ReadInt32LittleEndian(content.AsSpan(content.Length - 4));
        int footer = trailer - footerLength;
        PackDescription pack = PackLayout.OpenFooter(
            keys.Domain,
            content.AsSpan(0, 24),
            content.AsSpan(footer, footerLength),
            content.AsSpan(trailer, Signing.SignatureLength),
            footer,
            "packs/x");
        Dictionary<string, string> fields = Describe(pack);
        byte[] key = new byte[FrameCipher.KeyLength];
        if (!keys.Domain.TryOpenSealed(pack.Kind, pack.Epoch, pack.SealedKey, key)
            || !FrameCipher.Commitment(key, pack.Salt).AsSpan().SequenceEqual(pack.Commitment))
        {
            throw new DamagedException("packs/x", "its key does not open");
        }

        using FrameCipher cipher = new(key, pack.Salt);
        foreach (PackFrame frame in pack.Frames)
        {
            byte[] stored = new byte[frame.StoredLength - FrameCipher.Overhead];
            ReadOnlySpan<byte> bytes = content.AsSpan((int)frame.Offset, (int)frame.StoredLength);
            byte[] plain = new byte[frame.PlainLength];
            if (!cipher.TryDecrypt(bytes, (byte)frame.Codec, frame.PlainLength, stored)
                || !Decompress(frame.Codec, stored, plain))
            {
                throw new DamagedException("packs/x", $"its frame at {frame.Offset} does not decrypt");
            }

            int offset = 0;
            for (int i = frame.FirstChunk; i < frame.FirstChunk + frame.ChunkCount; i++)
            {
                ReadOnlySpan<byte> chunk = plain.AsSpan(offset, (int)pack.Chunks[i].Length);
                Assert.Equal(pack.Chunks[i].Id, ChunkIds.Of(keys.Domain.Hasher(pack.Kind), chunk));
                fields[$"plain-{i + 1}"] = VectorDecoder.Hex(SHA256.HashData(chunk));
                offset += chunk.Length;
            }
        }

        return fields;
    }

    internal static Dictionary<string, string> Segment(List<IndexedPack> packs)
    {
        Dictionary<string, string> fields = [];
        foreach (IndexedPack pack in packs)
        {
            fields = Describe(pack.Description);
            fields["pack"] = pack.Id.ToString();
            fields["pack-length"] = VectorDecoder.Text(pack.Length);
        }

        return packs.Count == 1 ? fields : throw new InvalidOperationException("one pack is expected");
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

    internal static string Content(in NodeView node) => node.Type switch
    {
        NodeType.Directory => $"{node.Tree.Id} {node.Tree.Length} {node.SubtreeEntries} {node.SubtreeBytes}" + Xattrs(in node),
        NodeType.Symlink => VectorDecoder.Hex(node.Target),
        NodeType.CharacterDevice or NodeType.BlockDevice => VectorDecoder.Text(node.DeviceNumber),
        NodeType.File => FileContent(in node) + Xattrs(in node),
        _ => "-",
    };

    private static Dictionary<string, string> Describe(PackDescription pack)
    {
        Dictionary<string, string> fields = new()
        {
            ["kind"] = VectorDecoder.Text((int)pack.Kind),
            ["epoch"] = VectorDecoder.Text(pack.Epoch),
            ["signer"] = pack.Signer.ToString(),
            ["salt"] = VectorDecoder.Hex(pack.Salt),
        };
        for (int i = 0; i < pack.Frames.Count; i++)
        {
            PackFrame frame = pack.Frames[i];
            fields[$"frame-{i + 1}"] = string.Create(
                CultureInfo.InvariantCulture,
                $"{frame.Offset} {frame.StoredLength} {frame.PlainLength} {(int)frame.Codec} {frame.ChunkCount}");
        }

        for (int i = 0; i < pack.Chunks.Count; i++)
        {
            fields[$"chunk-{i + 1}"] = $"{pack.Chunks[i].Id} {pack.Chunks[i].Length}";
        }

        return fields;
    }

    private static bool Decompress(FrameCodec codec, byte[] stored, byte[] plain)
    {
        if (codec == FrameCodec.Zstd)
        {
            return ZstdDecompressor.ForThread.TryDecompress(stored, plain);
        }

        stored.CopyTo(plain, 0);
        return stored.Length == plain.Length;
    }

    private static string FileContent(in NodeView node)
    {
        List<string> parts = [VectorDecoder.Text(node.Size)];
        ExtentReader extents = new(node.Extents, node.Size);
        while (extents.Next())
        {
            parts.Add($"[{extents.Current.Offset} {extents.Current.Length}]");
        }

        if (node.ContentForm == ContentForm.Inline)
        {
            parts.Add(VectorDecoder.Hex(node.Inline));
        }
        else if (node.ContentForm == ContentForm.Chunks)
        {
            parts.Add(Chunks(node.ChunkList));
        }

        return string.Join(' ', parts);
    }

    internal static string Chunks(ReadOnlySpan<byte> chunkList)
    {
        ChunkListReader list = new(chunkList);
        List<string> parts = [$"level {list.Level}"];
        while (list.Next())
        {
            parts.Add($"{list.Current.Id} {list.Current.Length}");
        }

        return string.Join(' ', parts);
    }

    private static string Xattrs(in NodeView node)
    {
        List<string> parts = [];
        XattrReader xattrs = new(node.Xattrs);
        while (xattrs.Next())
        {
            string name = VectorDecoder.Hex(xattrs.Name);
            parts.Add(xattrs.IsExternal
                ? $" {name}@{xattrs.External.Id} {xattrs.External.Length}"
                : $" {name}={VectorDecoder.Hex(xattrs.Value)}");
        }

        return string.Concat(parts);
    }
}
