using SnapFs.Binary;
using SnapFs.Objects;
using SnapFs.Storage;

namespace SnapFs.Repository.Objects;

/// <summary>
/// Objects of <c>keys/</c> and <c>gc/</c>: a field list that begins with the repository and who signed it, and the signature of
/// the root or of an epoch's authority (<c>docs/format.md</c> section 3.2).
/// </summary>
internal static class CertifiedObject
{
    /// <summary>The longest one a reader accepts, bytes.</summary>
    internal const int MaxLength = 1024 * 1024;

    /// <summary>Where the field list starts.</summary>
    private const int FieldsOffset = Envelope.HeaderLength + sizeof(uint);

    private const byte RepositoryTag = 1;
    private const byte ReplacedTag = 2;
    private const byte SignedByTag = 3;

    /// <summary>Reads one.</summary>
    /// <inheritdoc cref="StorageExtensions.GetHashedAsync" path="/exception"/>
    internal static Task<byte[]> GetAsync(IStorage storage, ObjectName name, CancellationToken cancellationToken) =>
        storage.GetHashedAsync(name, MaxLength, "its name is not the SHA-256 of its bytes", cancellationToken);

    /// <summary>Begins a field list.</summary>
    /// <param name="list">Takes it.</param>
    /// <param name="repositoryId">The repository.</param>
    /// <param name="signedBy">0 for the root, else the epoch of the authority.</param>
    /// <param name="replaced">Objects of the same folder that do not count any more.</param>
    internal static FieldWriter Begin(
        ByteWriter list, in ObjectId repositoryId, uint signedBy, params IReadOnlyCollection<ObjectId> replaced)
    {
        FieldWriter fields = new(list);
        fields.Bytes(RepositoryTag, repositoryId.Span);
        if (replaced.Count > 0)
        {
            ByteWriter value = new();
            NameList.Write(value, replaced);
            fields.Bytes(ReplacedTag, value.Written);
        }

        fields.Number(SignedByTag, signedBy);
        return fields;
    }

    /// <summary>What a sealed field is bound to: the header and the fields before it.</summary>
    internal static byte[] Context(FormatKind kind, ReadOnlySpan<byte> fieldsBefore)
    {
        ByteWriter context = new(fieldsBefore.Length + Envelope.HeaderLength);
        Envelope.WriteHeader(context, kind);
        context.Bytes(fieldsBefore);
        return context.ToArray();
    }

    /// <summary>Puts header and signature around a field list.</summary>
    internal static byte[] Sign(
        FormatKind kind, ByteWriter list, in ObjectId repositoryId, ReadOnlySpan<byte> signingKey)
    {
        ByteWriter writer = new(list.Length + 128);
        Envelope.Write(writer, kind, list);
        writer.Bytes(ObjectSignature.Sign(signingKey, repositoryId, kind, writer.Written));
        return writer.Length <= MaxLength
            ? writer.ToArray()
            : throw new EncodingLimitException($"the object has {writer.Length} bytes, more than {MaxLength}");
    }

    /// <summary>Finds out whose object this says it is. Nothing is proven by that.</summary>
    /// <returns>Null if it is not formed like one of these, or has another suite.</returns>
    internal static Claim? TryRead(ReadOnlySpan<byte> content)
    {
        if (content.Length < FieldsOffset + ObjectSignature.Length || !Envelope.IsOfSuite(content))
        {
            return null;
        }

        try
        {
            ByteReader reader = new(content[Envelope.HeaderLength..]);
            int length = (int)Math.Min(reader.UInt32(), int.MaxValue);
            FieldReader fields = new(reader.Bytes(length));
            if (content.Length - FieldsOffset - ObjectSignature.Length != length || !fields.Next() || fields.Tag != RepositoryTag)
            {
                return null;
            }

            ObjectId repository = ObjectId.Read(fields.Fixed(ObjectId.Length));
            bool hasNext = fields.Next();
            List<ObjectId> replaced = [];
            if (hasNext && fields.Tag == ReplacedTag)
            {
                replaced = NameList.Read(fields.Value);
                hasNext = fields.Next();
            }

            return hasNext && fields.Tag == SignedByTag && fields.Number() is <= uint.MaxValue and ulong signedBy
                ? new Claim((FormatKind)content[4], content[5], repository, replaced, (uint)signedBy)
                : null;
        }
        catch (InvalidEncodingException)
        {
            return null;
        }
    }

    /// <summary>Whether somebody signed it.</summary>
    internal static bool IsSignedBy(ReadOnlySpan<byte> content, Claim claim, ReadOnlySpan<byte> publicKey) =>
        ObjectSignature.Verify(
            publicKey,
            claim.Repository,
            claim.Kind,
            content[..^ObjectSignature.Length],
            content[^ObjectSignature.Length..]);

    /// <summary>The field list of an object that <see cref="TryRead"/> took.</summary>
    internal static ReadOnlySpan<byte> FieldsOf(ReadOnlySpan<byte> content) =>
        content[FieldsOffset..^ObjectSignature.Length];

    /// <summary>Whose object something says it is.</summary>
    /// <param name="Kind">What it is.</param>
    /// <param name="Version">The version of that kind.</param>
    /// <param name="Repository">Where it belongs.</param>
    /// <param name="Replaced">Objects that it replaces.</param>
    /// <param name="SignedBy">0 for the root, else the epoch of the authority.</param>
    internal sealed record Claim(
        FormatKind Kind, byte Version, ObjectId Repository, IReadOnlyList<ObjectId> Replaced, uint SignedBy)
    {
        private const byte FirstOptionalKind = 128;

        /// <summary>Whether who does not know the kind passes it over.</summary>
        internal bool IsOptional => (byte)Kind >= FirstOptionalKind;
    }
}
