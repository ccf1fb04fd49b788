using SnapFs.Binary;
using SnapFs.Objects;

namespace SnapFs.Repository.Objects;

/// <summary>A field list without secrets, read as a whole and then asked by tag.</summary>
internal sealed class FieldSet
{
    private readonly Dictionary<ulong, byte[]> _values = [];

    /// <summary>Reads a field list.</summary>
    /// <param name="list">The list.</param>
    /// <param name="subject">The object it stands in, for messages.</param>
    /// <param name="known">The tags that the caller asks for.</param>
    /// <exception cref="InvalidEncodingException">It is malformed.</exception>
    /// <exception cref="NewerFormatException">It has an odd tag that is not known.</exception>
    internal FieldSet(ReadOnlySpan<byte> list, string subject, params ReadOnlySpan<byte> known)
    {
        FieldReader fields = new(list);
        while (fields.Next())
        {
            if (fields.Tag <= byte.MaxValue && known.Contains((byte)fields.Tag))
            {
                _values[fields.Tag] = fields.Value.ToArray();
            }
            else
            {
                fields.Unknown(subject);
                HasMore = true;
            }
        }
    }

    /// <summary>Whether there are fields that nobody asked for: what is made from the others lacks what they say.</summary>
    internal bool HasMore { get; }

    /// <summary>Whether a field is there.</summary>
    internal bool Has(byte tag) => _values.ContainsKey(tag);

    /// <summary>The value of a field.</summary>
    /// <exception cref="InvalidEncodingException">It is not there.</exception>
    internal byte[] Bytes(byte tag) => _values.GetValueOrDefault(tag) ?? throw Missing(tag);

    /// <summary>The value of a field, which must have <paramref name="length"/> bytes.</summary>
    internal byte[] Fixed(byte tag, int length) => Bytes(tag) is { } value && value.Length == length
        ? value
        : throw new InvalidEncodingException($"field {tag} has {Bytes(tag).Length} bytes instead of {length}");

    /// <summary>The value of a field as a short id.</summary>
    internal ShortId ShortId(byte tag) => SnapFs.Objects.ShortId.Read(Fixed(tag, SnapFs.Objects.ShortId.Length));

    /// <summary>The value of a field as an object id.</summary>
    internal ObjectId ObjectId(byte tag) => SnapFs.Objects.ObjectId.Read(Fixed(tag, SnapFs.Objects.ObjectId.Length));

    /// <summary>The value of a field as a number of at most <paramref name="max"/>.</summary>
    internal ulong Number(byte tag, ulong max = ulong.MaxValue)
    {
        ByteReader reader = new(Bytes(tag));
        ulong number = reader.Varint();
        reader.End();
        return number <= max ? number : throw new InvalidEncodingException($"field {tag} is {number}, more than {max}");
    }

    /// <summary>The same of a field that may be missing.</summary>
    internal ulong NumberOr(byte tag, ulong missing, ulong max = ulong.MaxValue) => Has(tag) ? Number(tag, max) : missing;

    /// <summary>The value of a field as text; empty if it is missing.</summary>
    internal string TextOrEmpty(byte tag, int maxBytes)
    {
        if (!Has(tag))
        {
            return string.Empty;
        }

        byte[] value = Bytes(tag);
        return value.Length <= maxBytes
            ? Utf8.Text(value)
            : throw new InvalidEncodingException($"field {tag} has {value.Length} bytes, more than {maxBytes}");
    }

    /// <summary>The value of a field as a time in whole seconds; 1970 if it is missing.</summary>
    internal DateTimeOffset TimeOrEpoch(byte tag) => FormatTime.FromUnixSeconds(NumberOr(tag, 0));

    /// <summary>The error of a decoder that did not find a field.</summary>
    internal static InvalidEncodingException Missing(ulong tag) => new($"it lacks field {tag}");
}
