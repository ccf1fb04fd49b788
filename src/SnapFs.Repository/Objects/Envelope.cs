using SnapFs.Binary;

namespace SnapFs.Repository.Objects;

/// <summary>The beginning that all objects share: magic, kind, version and suite (<c>docs/format.md</c> section 2).</summary>
public static class Envelope
{
    /// <summary>Bytes before the length of the field list.</summary>
    public const int HeaderLength = 8;

    /// <summary>The version of every kind that this program writes.</summary>
    public const byte Version = 1;

    /// <summary>The only suite: HMAC-SHA-256, AES-256-GCM, X-Wing, Ed25519, Argon2id, zstd. Previews had another one.</summary>
    public const ushort Suite = 2;

    private static ReadOnlySpan<byte> Magic => "SNFS"u8;

    /// <summary>Appends the header.</summary>
    internal static void WriteHeader(ByteWriter writer, FormatKind kind)
    {
        writer.Bytes(Magic);
        writer.Byte((byte)kind);
        writer.Byte(Version);
        writer.UInt16(Suite);
    }

    /// <summary>Appends header and field list.</summary>
    internal static void Write(ByteWriter writer, FormatKind kind, ByteWriter fields)
    {
        WriteHeader(writer, kind);
        writer.UInt32((uint)fields.Length);
        writer.Bytes(fields.Written);
    }

    /// <summary>Reads the kind of an object without looking further.</summary>
    /// <param name="content">The object or its first 8 bytes.</param>
    /// <param name="subject">The object, for messages.</param>
    /// <exception cref="DamagedException">It does not begin as an object does.</exception>
    /// <exception cref="NewerFormatException">Its version or suite is not known.</exception>
    public static FormatKind KindOf(ReadOnlySpan<byte> content, string subject)
    {
        if (content.Length < HeaderLength || !content.StartsWith(Magic))
        {
            throw new DamagedException(subject, "it does not begin as an object of a repository does");
        }

        if (content[5] != Version)
        {
            throw new NewerFormatException(subject, $"format version {content[5]}");
        }

        int suite = content[6] | (content[7] << 8);
        return suite == Suite ? (FormatKind)content[4] : throw new NewerFormatException(subject, $"suite {suite}");
    }

    /// <summary>Whether bytes begin as an object of this suite does, of whatever kind and version.</summary>
    internal static bool IsOfSuite(ReadOnlySpan<byte> content) =>
        content.Length >= HeaderLength && content.StartsWith(Magic) && (content[6] | (content[7] << 8)) == Suite;

    /// <summary>Checks the header and finds the parts.</summary>
    /// <param name="content">The whole object.</param>
    /// <param name="kind">What it must be.</param>
    /// <param name="subject">The object, for messages.</param>
    /// <param name="fields">The field list.</param>
    /// <returns>Offset of what follows the field list.</returns>
    internal static int Read(ReadOnlySpan<byte> content, FormatKind kind, string subject, out ReadOnlySpan<byte> fields)
    {
        FormatKind found = KindOf(content, subject);
        if (found != kind)
        {
            throw new DamagedException(subject, $"it is of kind {(byte)found}, not {(byte)kind}");
        }

        ByteReader reader = new(content[HeaderLength..]);
        uint length = reader.UInt32();
        fields = reader.Bytes((int)Math.Min(length, int.MaxValue));
        return HeaderLength + reader.Position;
    }
}
