namespace SnapFs.Binary;

/// <summary>
/// Walks a field list: tag, length, value, in ascending order of tags. An odd tag is critical: a reader that does not
/// know it must refuse the object. An even tag may be skipped (<c>docs/format.md</c> section 2).
/// </summary>
public ref struct FieldReader
{
    private ByteReader _reader;
    private ulong _lastTag;

    /// <param name="fields">The whole list.</param>
    public FieldReader(ReadOnlySpan<byte> fields) => _reader = new ByteReader(fields);

    /// <summary>The value of the field that <see cref="Next"/> moved to.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>The tag of the field that <see cref="Next"/> moved to.</summary>
    public ulong Tag => _lastTag;

    /// <summary>Where the tag of that field begins in the list.</summary>
    public int Start { get; private set; }

    /// <summary>Moves to the next field.</summary>
    /// <returns>False at the end of the list.</returns>
    /// <exception cref="InvalidEncodingException">Tags do not ascend, or a length passes the end.</exception>
    public bool Next()
    {
        if (_reader.Remaining == 0)
        {
            return false;
        }

        Start = _reader.Position;
        ulong tag = _reader.Varint();
        if (tag <= _lastTag)
        {
            throw new InvalidEncodingException($"field {tag} follows field {_lastTag}");
        }

        _lastTag = tag;
        Value = _reader.LengthPrefixed(int.MaxValue);
        return true;
    }

    /// <summary>What a decoder does with a tag it does not know: skips an even one, refuses an odd one.</summary>
    /// <param name="subject">The object, for the message.</param>
    /// <exception cref="NewerFormatException">The field is critical.</exception>
    public readonly void Unknown(string subject)
    {
        if (_lastTag % 2 == 1)
        {
            throw new NewerFormatException(subject, $"critical field {_lastTag}");
        }
    }

    /// <summary>The value, which must have exactly <paramref name="length"/> bytes.</summary>
    public readonly ReadOnlySpan<byte> Fixed(int length) => Value.Length == length
        ? Value
        : throw new InvalidEncodingException($"field {_lastTag} has {Value.Length} bytes instead of {length}");

    /// <summary>The value as an unsigned number.</summary>
    public readonly ulong Number()
    {
        ByteReader reader = new(Value);
        ulong number = reader.Varint();
        reader.End();
        return number;
    }

    /// <summary>The value as text of at most <paramref name="maxBytes"/> bytes, which must be UTF-8.</summary>
    public readonly string Text(int maxBytes) => Value.Length <= maxBytes
        ? Utf8.Text(Value)
        : throw new InvalidEncodingException($"field {_lastTag} has {Value.Length} bytes, more than {maxBytes}");
}
