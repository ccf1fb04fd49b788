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
        fields.Bytes(15, config.RootRecipientKey.Span);
        ByteWriter writer = new();
        Envelope.Write(writer, FormatKind.Config, list);
        return writer.ToArray();
    }

    /// <summary>Decodes a config.</summary>
    /// <param name="content">All its bytes, whose hash is the name already checked.</param>
    /// <param name="subject">The object, for messages.</param>
    /// <exception cref="DamagedException">It is malformed, or a parameter is out of its bounds.</exception>
    /// <exception cref="NewerFormatException">A newer version wrote it.</exception>
    public static RepositoryConfig Decode(ReadOnlySpan<byte> content, string subject)
    {
        try
        {
            int end = Envelope.Read(content, FormatKind.Config, subject, out ReadOnlySpan<byte> fields);
            return end == content.Length
                ? DecodeFields(fields, subject)
                : throw new InvalidEncodingException("bytes are left over after its fields");
        }
        catch (InvalidEncodingException e)
        {
            throw new DamagedException(subject, e.Message, e);
        }
    }

    private static RepositoryConfig DecodeFields(ReadOnlySpan<byte> list, string subject)
    {
        FieldSet fields = new(list, subject, 1, 3, 5, 7, 9, 11, 13, 15);
        return new RepositoryConfig
        {
            Created = FormatTime.FromUnixSeconds(fields.Number(1)),
            RootPublicKey = fields.Fixed(3, Signing.PublicKeyLength),
            Chunks = ReadChunks(fields.Fixed(5, 3 * sizeof(uint))),
            Groups = ReadGroups(fields.Fixed(7, 2 * sizeof(uint))),
            CompressionLevel = ReadLevel(fields.Bytes(9)),
            InlineLimit = (int)fields.Number(11, TreeLimits.MaxInline),
            Salt = fields.Fixed(13, SaltLength),
            RootRecipientKey = fields.Fixed(15, XWing.PublicKeyLength),
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
}
