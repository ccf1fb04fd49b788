using System.Security.Cryptography;
using SnapFs.Binary;
using SnapFs.Cryptography;
using SnapFs.Repository.Keys;

namespace SnapFs.Repository.Objects;

/// <summary>The field of an object in <c>keys/</c> that is encrypted (<c>docs/format.md</c> section 3.2).</summary>
/// <param name="Message">The sealed bytes.</param>
/// <param name="Context">What they are bound to.</param>
internal sealed record SealedField(byte[] Message, byte[] Context)
{
    /// <summary>Pads, seals and appends the field, which is the last one of its object.</summary>
    /// <param name="list">The fields before it.</param>
    /// <param name="kind">The kind of the object.</param>
    /// <param name="tag">The field.</param>
    /// <param name="key">What it is sealed with; overwritten.</param>
    /// <param name="plain">What it holds; the caller wipes it.</param>
    internal static void Write(ByteWriter list, FormatKind kind, byte tag, Span<byte> key, ReadOnlySpan<byte> plain)
    {
        byte[] padded = PaddedContent.Wrap(plain);
        byte[] message = Sealing.Seal(key, CertifiedObject.Context(kind, list.Written), padded);
        CryptographicOperations.ZeroMemory(padded);
        CryptographicOperations.ZeroMemory(key);
        new FieldWriter(list).Bytes(tag, message);
    }

    /// <summary>Finds the field.</summary>
    /// <param name="key">The object.</param>
    /// <param name="tag">The field.</param>
    /// <exception cref="InvalidEncodingException">It is not there.</exception>
    internal static SealedField Read(KeyObject key, byte tag)
    {
        FieldReader fields = new(key.Fields);
        while (fields.Next())
        {
            if (fields.Tag == tag)
            {
                return new SealedField(fields.Value.ToArray(), CertifiedObject.Context(key.Kind, key.Fields[..fields.Start]));
            }
        }

        throw FieldSet.Missing(tag);
    }

    /// <summary>Opens the field.</summary>
    /// <typeparam name="T">What is made of it.</typeparam>
    /// <param name="key">What it was sealed with; overwritten.</param>
    /// <param name="read">Is given the plain bytes, which are overwritten afterwards.</param>
    /// <returns>Null if it was sealed with another key, or altered.</returns>
    internal T? Open<T>(Span<byte> key, Func<ReadOnlyMemory<byte>, T?> read)
        where T : class
    {
        bool opened = Sealing.TryOpen(key, Context, Message, out byte[]? padded);
        CryptographicOperations.ZeroMemory(key);
        try
        {
            return opened ? read(PaddedContent.Unwrap(padded!)) : null; // not null: it was opened
        }
        finally
        {
            CryptographicOperations.ZeroMemory(padded);
        }
    }
}
