using System.Security.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Indexes;
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

    internal static Dictionary<string, string> Heads(VectorKeys keys, byte[] content)
    {
        List<HeadsEntry> entries = [];
        HeadsOrigin origin = HeadsCodec.Decode(keys.Domain, content, ObjectId.Of(content), Subject, (_, entry) => entries.Add(entry))
            ?? throw NotCounting();
        FieldSet clear = Clear(content, FormatKind.Heads, 15);
        Dictionary<string, string> fields = Signed(clear);
        fields["salt"] = Hex(clear.Bytes(15));
        fields["replaced"] = List(origin.Replaced);
        foreach ((int number, HeadsEntry entry) in entries.Index())
        {
            fields[$"entry-{number + 1}"] = $"{entry.Snapshot} {Hex(SHA256.HashData(entry.Bytes.Span))}";
        }

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
