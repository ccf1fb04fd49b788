using System.Buffers;
using System.Globalization;
using System.Text;

namespace SnapFs.Text;

/// <summary>
/// Names as they may be shown: a name is any bytes, and those that a terminal would act on, or that could pass for another line
/// of output, are written as escapes.
/// </summary>
public static class SafeText
{
    /// <summary>A raw name or path. Bytes that are not UTF-8 and control characters become <c>\xNN</c>, a backslash
    /// becomes two; format and bidirectional controls become <c>\u{N}</c>.</summary>
    public static string Of(ReadOnlySpan<byte> bytes)
    {
        if (IsPlain(bytes))
        {
            return Encoding.ASCII.GetString(bytes);
        }

        StringBuilder text = new(bytes.Length + 8);
        Span<char> units = stackalloc char[2];
        while (!bytes.IsEmpty)
        {
            bool valid = Rune.DecodeFromUtf8(bytes, out Rune rune, out int used) == System.Buffers.OperationStatus.Done;
            if (!valid)
            {
                used = 1;
                AppendByte(text, bytes[0]);
            }
            else if (rune.Value == '\\')
            {
                text.Append(@"\\");
            }
            else if (rune.Value < 0x20 || rune.Value == 0x7F)
            {
                AppendByte(text, bytes[0]);
            }
            else if (IsUnsafe(rune))
            {
                text.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}");
            }
            else
            {
                text.Append(units[..rune.EncodeToUtf16(units)]);
            }

            bytes = bytes[used..];
        }

        return text.ToString();
    }

    /// <summary>Text that may come from a hostile place.</summary>
    public static string Of(string text) => Of(RawText.ToBytes(text));

    /// <summary>The bytes whose escapes <see cref="Of(ReadOnlySpan{byte})"/> wrote.</summary>
    /// <returns>Null if the text is not such a one.</returns>
    public static byte[]? TryParse(string text)
    {
        ArrayBufferWriter<byte> bytes = new(Math.Max(text.Length, 16));
        ReadOnlySpan<char> rest = text;
        while (!rest.IsEmpty)
        {
            int plain = rest.IndexOf('\\');
            plain = plain < 0 ? rest.Length : plain;
            bytes.Write(RawText.ToBytes(rest[..plain].ToString()));
            rest = rest[plain..];
            if (rest.IsEmpty)
            {
                break;
            }

            int used = ReadEscape(rest, bytes);
            if (used == 0)
            {
                return null;
            }

            rest = rest[used..];
        }

        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>A message that quotes names already made safe: control characters are escaped, backslashes stay.</summary>
    public static string Message(string text)
    {
        if (!text.Any(c => char.IsControl(c) || char.IsSurrogate(c) || c >= '\u0080'))
        {
            return text;
        }

        return Of(text).Replace(@"\\", @"\", StringComparison.Ordinal);
    }

    private static bool IsPlain(ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes)
        {
            if (b is < 0x20 or >= 0x7F or (byte)'\\')
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsUnsafe(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control
        or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.PrivateUse;

    /// <summary>Reads one escape.</summary>
    /// <returns>How many characters it takes; 0 if it is none.</returns>
    private static int ReadEscape(ReadOnlySpan<char> text, ArrayBufferWriter<byte> bytes)
    {
        const NumberStyles Hex = NumberStyles.AllowHexSpecifier;
        if (text.StartsWith(@"\\"))
        {
            bytes.Write("\\"u8);
            return 2;
        }

        if (text.StartsWith(@"\x") && text.Length >= 4
            && byte.TryParse(text[2..4], Hex, CultureInfo.InvariantCulture, out byte value))
        {
            bytes.Write([value]);
            return 4;
        }

        int end = text.IndexOf('}');
        if (!text.StartsWith(@"\u{") || end is < 4 or > 9
            || !int.TryParse(text[3..end], Hex, CultureInfo.InvariantCulture, out int number) || !Rune.IsValid(number))
        {
            return 0;
        }

        Span<byte> utf8 = stackalloc byte[4];
        bytes.Write(utf8[..new Rune(number).EncodeToUtf8(utf8)]);
        return end + 1;
    }

    private static void AppendByte(StringBuilder text, byte value) =>
        text.Append(CultureInfo.InvariantCulture, $"\\x{value:x2}");
}
