using System.Globalization;
using System.Text;
using SnapFs.Objects;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Leases;
using SnapFs.Repository.Objects;
using SnapFs.Trees;

namespace SnapFs.Repository.Tests.Vectors;

/// <summary>Decodes a vector with the program's own codecs into the words of its header. What the program passes over is
/// damaged here, since nothing else is there.</summary>
internal static class VectorDecoder
{
    internal const string Subject = "objects/x";

    internal static Dictionary<string, string> Decode(VectorKeys keys, string kind, byte[] content)
    {
        ObjectId id = ObjectId.Of(content);
        Dictionary<string, string> fields = kind switch
        {
            "config" => Config(content),
            "snapshot" => SnapshotVectors.Snapshot(keys, content),
            "lease" => Lease(keys, content),
            "pack" => PackVectors.Pack(keys, content),
            "index" => IndexVectors.Index(keys, content),
            "heads" => IndexVectors.Heads(keys, content),
            "tree-page" => PageVectors.Page(TreePage.Parse(content)),
            "key-file" => Key(KeyFile.Parse(Encoding.ASCII.GetString(content))),
            "paper-key" => Key(PaperKey.Parse(Encoding.ASCII.GetString(content))),
            "chunker" => PackVectors.Chunker(keys, content),
            _ => KeyVectors.Decode(keys, kind, content),
        };
        fields["sha256"] = id.ToString();
        return fields;
    }

    internal static string Hex(ReadOnlySpan<byte> bytes) => bytes.IsEmpty ? "-" : Convert.ToHexStringLower(bytes);

    internal static string Show(object value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    internal static string List<T>(IEnumerable<T> items, Func<T, string> show) => string.Join(" | ", items.Select(show));

    internal static string List(IEnumerable<ObjectId> names) => List(names, name => name.ToString());

    internal static Exception NotCounting() => new DamagedException(Subject, "it does not count");

    private static Dictionary<string, string> Config(byte[] content)
    {
        RepositoryConfig config = ConfigCodec.Decode(content, "config");
        return new()
        {
            ["created"] = Show(config.Created.ToUnixTimeSeconds()),
            ["root-signer"] = Hex(config.RootPublicKey.Span),
            ["root-recipient"] = ShortId.OfKey(config.RootRecipientKey.Span).ToString(),
            ["chunk-limits"] = $"{config.Chunks.Min} {config.Chunks.Target} {config.Chunks.Max}",
            ["group-limits"] = $"{config.Groups.SmallerThan} {config.Groups.Size}",
            ["compression-level"] = Show(config.CompressionLevel),
            ["inline-limit"] = Show(config.InlineLimit),
            ["salt"] = Hex(config.Salt.Span),
            ["repository-id"] = ObjectId.Of(content).ToString(),
        };
    }

    private static Dictionary<string, string> Lease(VectorKeys keys, byte[] content)
    {
        Lease lease = LeaseCodec.Decode(keys.Domain, content, Subject) ?? throw NotCounting();
        Dictionary<string, string> fields = new()
        {
            ["domain-id"] = lease.Domain.ToString(),
            ["run-id"] = lease.Run.ToString(),
            ["n"] = Show(lease.Number),
            ["signer"] = lease.Signer.ToString(),
            ["run-kind"] = Show((int)lease.Kind),
            ["time"] = Show(lease.Time.ToUnixTimeSeconds()),
            ["ended"] = lease.HasEnded ? "1" : "0",
        };
        if (lease.FirstReceived is DateTimeOffset first)
        {
            fields["first-received"] = $"{first.ToUnixTimeSeconds()} {first.Ticks % TimeSpan.TicksPerSecond * 100}";
        }

        if (lease.Snapshots.Count > 0)
        {
            fields["snapshots"] = List(lease.Snapshots);
        }

        if (lease.Marks is ObjectId marks)
        {
            fields["deletions"] = marks.ToString();
        }

        return fields;
    }

    private static Dictionary<string, string> Key(KeyFile file)
    {
        using KeyFile key = file;
        using Identity identity = key.ToIdentity();
        return new()
        {
            ["role"] = KeyFile.NameOf(key.Role),
            ["repository-id"] = key.RepositoryId.ToString(),
            ["secret"] = Hex(identity.Secret),
        };
    }
}
