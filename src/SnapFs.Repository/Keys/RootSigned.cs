using SnapFs.Binary;
using SnapFs.Objects;
using SnapFs.Repository.Objects;

namespace SnapFs.Repository.Keys;

/// <summary>Objects that are a field list and a signature of the root: epochs, domains and certificates.</summary>
internal static class RootSigned
{
    /// <summary>Puts header and signature around a field list.</summary>
    internal static byte[] Write(
        FormatKind kind, ByteWriter fields, in ObjectId repositoryId, ReadOnlySpan<byte> rootSecretKey)
    {
        ByteWriter writer = new(fields.Length + 128);
        Envelope.Write(writer, kind, fields);
        writer.Bytes(ObjectSignature.Sign(rootSecretKey, repositoryId, (byte)kind, writer.Written));
        return writer.ToArray();
    }

    /// <summary>Checks header and signature and returns the field list.</summary>
    internal static ReadOnlySpan<byte> Read(
        ReadOnlySpan<byte> content,
        FormatKind kind,
        string subject,
        scoped in ObjectId repositoryId,
        scoped ReadOnlySpan<byte> rootPublicKey)
    {
        int end = Envelope.Read(content, kind, subject, out ReadOnlySpan<byte> fields);
        if (content.Length - end != ObjectSignature.Length)
        {
            throw new DamagedException(subject, "it does not end with a signature");
        }

        return ObjectSignature.Verify(rootPublicKey, repositoryId, (byte)kind, content[..end], content[end..])
            ? fields
            : throw new DamagedException(subject, "its signature is not that of the repository's root");
    }

    /// <summary>Whether a key object says it belongs to this repository; its first field tells, in the clear.</summary>
    internal static bool BelongsTo(
        ReadOnlySpan<byte> content, FormatKind kind, string subject, in ObjectId repositoryId)
    {
        Envelope.Read(content, kind, subject, out ReadOnlySpan<byte> list);
        FieldReader fields = new(list);
        return fields.Next() && fields.Tag == 1
            ? fields.Fixed(ObjectId.Length).SequenceEqual(repositoryId.Span)
            : throw new DamagedException(subject, "it does not name its repository");
    }

    /// <summary>The error of a decoder that did not find a field.</summary>
    internal static InvalidEncodingException Missing(int tag) => new($"it lacks field {tag}");
}
