using System.Security.Cryptography;
using SnapFs.Binary;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Indexes;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Objects;
using static SnapFs.Repository.Tests.Vectors.VectorDecoder;

namespace SnapFs.Repository.Tests.Vectors;

/// <summary>The part of <see cref="VectorDecoder"/> that deals with index and heads objects.</summary>
internal static class IndexVectors
{
    internal static Dictionary<string, string> Index(VectorKeys keys, byte[] content)
    {
        using IndexObject? decoded = IndexObjectCodec.Decode(keys.Domain, content, ObjectId.Of(content), Subject);
        if (decoded is not { IsTrusted: true })
        {
            throw NotCounting();
        }

        FieldSet clear = Clear(content, FormatKind.Index, 13, 15);
        Dictionary<string, string> fields = Signed(clear);
        fields["kind"] = Show((int)decoded.Kind);
        fields["salt"] = Hex(clear.Bytes(15));
        Add(fields, "replaced", decoded.Replaced, name => name.ToString());
        Add(fields, "run-key", decoded.Seals, seal => $"{Hex(SHA256.HashData((ReadOnlySpan<byte>)seal.Key))} {seal.Epoch}");
        Add(fields, "pack", decoded.Packs, pack =>
            $"{pack.Id} {Hex(pack.Salt)} {pack.Length} {pack.Seal} {pack.FirstFrame} {pack.Reserved}");
        Add(fields, "frame", decoded.Frames, frame =>
            $"{frame.Pack} {frame.Offset} {frame.StoredLength} {frame.PlainLengthAndCodec}");
        Add(fields, "chunk", decoded.Chunks, chunk => $"{Hex(chunk.Id.Span)} {chunk.Frame} {chunk.Offset} {chunk.Length}");
        return fields;
    }

    /// <summary>The program does not need heads objects, and has no codec of them: only that of all signed objects.</summary>
    internal static Dictionary<string, string> Heads(VectorKeys keys, byte[] content)
    {
        if (SignedObject.TryRead(content, FormatKind.Heads) is not SignedObject signed
            || signed.Check(keys.Domain, content, ObjectId.Of(content), out ObjectTrust trust) is null
            || trust == ObjectTrust.None)
        {
            throw NotCounting();
        }

        FieldSet clear = signed.Fields(content, Subject, 15);
        Dictionary<string, string> fields = Signed(clear);
        byte[] salt = clear.Fixed(15, 16);
        byte[] key = new byte[Sealing.KeyLength];
        KeyDerivation.Derive(keys.Domain.IndexKey((uint)clear.Number(7)), "heads-head", salt, key);
        FieldSet head = new(signed.OpenHead(content, key, Subject).Span, Subject, 1, 3);
        fields["salt"] = Hex(salt);
        fields["replaced"] = List(NameList.Read(head.Bytes(3)));
        KeyDerivation.Derive(keys.Domain.IndexKey((uint)clear.Number(7)), "heads-block", salt, key);
        ByteReader rest = new(signed.Rest(content, Subject));
        int entry = 0;
        for (uint n = 0; n < head.Number(1); n++)
        {
            if (!Sealing.TryOpen(key, BitConverter.GetBytes(n), rest.Bytes((int)rest.UInt32()), out byte[]? padded))
            {
                throw NotCounting();
            }

            ByteReader block = new(PaddedContent.Unwrap(padded).Span);
            for (int left = block.VarintInt32(1000); left > 0; left--)
            {
                string name = Hex(block.Bytes(ObjectId.Length));
                fields[$"entry-{++entry}"] = $"{name} {Hex(SHA256.HashData(block.LengthPrefixed(int.MaxValue)))}";
            }

            block.End();
        }

        rest.End();
        return fields;
    }

    /// <summary>The clear fields that all signed objects have.</summary>
    internal static Dictionary<string, string> Signed(FieldSet clear) => new()
    {
        ["domain-id"] = clear.ShortId(3).ToString(),
        ["signer"] = clear.ShortId(5).ToString(),
        ["epoch"] = Show(clear.Number(7)),
        ["run-id"] = clear.ShortId(9).ToString(),
        ["sequence"] = Show(clear.Number(11)),
    };

    /// <summary>The clear fields of an object that counts.</summary>
    internal static FieldSet Clear(byte[] content, FormatKind kind, params byte[] extra) =>
        SignedObject.TryRead(content, kind)?.Fields(content, Subject, extra) ?? throw NotCounting();

    private static void Add<T>(Dictionary<string, string> fields, string name, ReadOnlySpan<T> records, Func<T, string> show)
    {
        for (int i = 0; i < records.Length; i++)
        {
            fields[$"{name}-{i + 1}"] = show(records[i]);
        }
    }
}
