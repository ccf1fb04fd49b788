using System.Security.Cryptography;
using SnapFs.Binary;
using SnapFs.Chunks;
using SnapFs.Compression;
using SnapFs.Cryptography;
using SnapFs.Trees;

namespace SnapFs.Repository.Objects;

/// <summary>Encodes <c>config</c> (<c>docs/format.md</c> section 3).</summary>
public static class ConfigCodec
{
    /// <summary>The longest config a reader accepts, bytes.</summary>
    public const int MaxLength = 64 * 1024;

    internal const int SaltLength = 32;
    private const string Subject = "config";

    /// <summary>Encodes a config; the SHA-256 of the result is the repository's id.</summary>
    public static byte[] Encode(RepositoryConfig config)
    {
        ByteWriter list = new();
        FieldWriter fields = new(list);
        fields.Number(1, FormatTime.ToUnixSeconds(config.Created));
        fields.Bytes(3, config.RootPublicKey.Span);
        ByteWriter value = new();
        value.UInt32((uint)config.Chunks.Min);
        value.UInt32((uint)config.Chunks.Target);
        value.UInt32((uint)config.Chunks.Max);
        fields.Bytes(5, value.Written);
        value.Clear();
        value.UInt32(config.Groups.SmallerThan);
        value.UInt32(config.Groups.Size);
        fields.Bytes(7, value.Written);
        value.Clear();
        value.ZigZag(config.CompressionLevel);
        fields.Bytes(9, value.Written);
        fields.Number(11, (ulong)config.InlineLimit);
        fields.Bytes(13, config.Salt.Span);
        ByteWriter writer = new();
        Envelope.Write(writer, FormatKind.Config, list);
        Span<byte> checksum = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(writer.Written, checksum);
        writer.Bytes(checksum);
        return writer.ToArray();
    }

    /// <summary>Checks and decodes a config.</summary>
    /// <exception cref="DamagedException">Any byte is not what was written, or a parameter is out of its bounds.</exception>
    /// <exception cref="NewerFormatException">A newer version wrote it.</exception>
    public static RepositoryConfig Decode(ReadOnlySpan<byte> content)
    {
        // The checksum comes first: a config of every version ends in it, and a flipped bit is no newer version.
        if (content.Length < Envelope.HeaderLength + SHA256.HashSizeInBytes
            || !SHA256.HashData(content[..^SHA256.HashSizeInBytes]).AsSpan()
                .SequenceEqual(content[^SHA256.HashSizeInBytes..]))
        {
            throw new DamagedException(
                Subject, "its checksum does not match; restore it from a copy, nothing else can replace it");
        }

        try
        {
            int end = Envelope.Read(
                content[..^SHA256.HashSizeInBytes], FormatKind.Config, Subject, out ReadOnlySpan<byte> fields);
            return end == content.Length - SHA256.HashSizeInBytes
                ? DecodeFields(fields)
                : throw new InvalidEncodingException("bytes are left over after its fields");
        }
        catch (InvalidEncodingException e)
        {
            throw new DamagedException(Subject, e.Message, e);
        }
    }

    private static RepositoryConfig DecodeFields(ReadOnlySpan<byte> list)
    {
        FieldReader fields = new(list);
        DateTimeOffset? created = null;
        byte[]? root = null;
        byte[]? salt = null;
        ChunkLimits? chunks = null;
        GroupLimits? groups = null;
        int? level = null;
        int? inline = null;
        while (fields.Next())
        {
            switch (fields.Tag)
            {
                case 1:
                    created = FormatTime.FromUnixSeconds(fields.Number());
                    break;
                case 3:
                    root = fields.Fixed(Signing.PublicKeyLength).ToArray();
                    break;
                case 5:
                    chunks = ReadChunks(fields.Fixed(3 * sizeof(uint)));
                    break;
                case 7:
                    groups = ReadGroups(fields.Fixed(2 * sizeof(uint)));
                    break;
                case 9:
                    level = ReadLevel(fields.Value);
                    break;
                case 11:
                    inline = (int)Bounded(fields.Number(), TreeLimits.MaxInline, "inline limit");
                    break;
                case 13:
                    salt = fields.Fixed(SaltLength).ToArray();
                    break;
                default:
                    fields.Unknown(Subject);
                    break;
            }
        }

        return new RepositoryConfig
        {
            Created = created ?? throw Missing(1),
            RootPublicKey = root ?? throw Missing(3),
            Chunks = chunks ?? throw Missing(5),
            Groups = groups ?? throw Missing(7),
            CompressionLevel = level ?? throw Missing(9),
            InlineLimit = inline ?? throw Missing(11),
            Salt = salt ?? throw Missing(13),
        };
    }

    private static ChunkLimits ReadChunks(ReadOnlySpan<byte> value)
    {
        ByteReader reader = new(value);
        ChunkLimits limits = new(Limit(ref reader), Limit(ref reader), Limit(ref reader));
        return limits.IsValid
            ? limits
            : throw new InvalidEncodingException($"no chunker can keep to {limits}");

        static int Limit(ref ByteReader reader) => (int)Bounded(reader.UInt32(), ChunkLimits.LargestMax, "chunk limit");
    }

    private static GroupLimits ReadGroups(ReadOnlySpan<byte> value)
    {
        ByteReader reader = new(value);
        GroupLimits limits = new(reader.UInt32(), reader.UInt32());
        return limits.IsValid ? limits : throw new InvalidEncodingException($"no writer can keep to {limits}");
    }

    private static int ReadLevel(ReadOnlySpan<byte> value)
    {
        ByteReader reader = new(value);
        long level = reader.ZigZag();
        reader.End();
        return level is >= ZstdCompressor.MinLevel and <= ZstdCompressor.MaxLevel
            ? (int)level
            : throw new InvalidEncodingException($"the compression level {level} is out of bounds");
    }

    private static ulong Bounded(ulong number, ulong max, string what) => number <= max
        ? number
        : throw new InvalidEncodingException($"the {what} {number} exceeds {max}");

    private static InvalidEncodingException Missing(int tag) => new($"it lacks field {tag}");
}
