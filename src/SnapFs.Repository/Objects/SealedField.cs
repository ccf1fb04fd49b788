using SnapFs.Binary;

namespace SnapFs.Repository.Objects;

/// <summary>The field of an object in <c>keys/</c> that is encrypted (<c>docs/format.md</c> section 3.2).</summary>
internal static class SealedField
{
    /// <summary>What it is bound to: the header of the object and the fields before it.</summary>
    /// <param name="kind">The kind of the object.</param>
    /// <param name="list">All fields, read before.</param>
    /// <param name="tag">The sealed field.</param>
    /// <exception cref="InvalidEncodingException">It is not there.</exception>
    internal static byte[] ContextOf(FormatKind kind, ReadOnlySpan<byte> list, byte tag)
    {
        FieldReader fields = new(list);
        while (fields.Next())
        {
            if (fields.Tag == tag)
            {
                return CertifiedObject.Context(kind, list[..fields.Start]);
            }
        }

        throw FieldSet.Missing(tag);
    }
}
