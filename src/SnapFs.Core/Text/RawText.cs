using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace SnapFs.Text;

/// <summary>
/// Carries bytes that need not be UTF-8 (paths, arguments) through strings and back: a byte that does not decode
/// becomes the lone surrogate U+DC00 + byte, which no valid text contains.
/// </summary>
public static class RawText
{
    private const char Escape = '\uDC00';

    /// <summary>Text for bytes; <see cref="ToBytes"/> gives the same bytes back.</summary>
    public static string FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes))
        {
            return Encoding.UTF8.GetString(bytes);
        }

        StringBuilder text = new(bytes.Length);
        Span<char> units = stackalloc char[2];
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out Rune rune, out int used) == OperationStatus.Done)
            {
                text.Append(units[..rune.EncodeToUtf16(units)]);
                bytes = bytes[used..];
            }
            else
            {
                text.Append((char)(Escape + bytes[0]));
                bytes = bytes[1..];
            }
        }

        return text.ToString();
    }

    /// <summary>The bytes that <see cref="FromBytes"/> was given, or the UTF-8 of ordinary text.</summary>
    public static byte[] ToBytes(string text)
    {
        ArrayBufferWriter<byte> bytes = new(Math.Max(text.Length, 16));
        ReadOnlySpan<char> rest = text;
        while (!rest.IsEmpty)
        {
            char first = rest[0];
            if (first is >= '\uDC80' and <= '\uDCFF')
            {
                bytes.Write([(byte)(first - Escape)]);
                rest = rest[1..];
                continue;
            }

            Rune.DecodeFromUtf16(rest, out Rune rune, out int used);
            Span<byte> destination = bytes.GetSpan(4);
            bytes.Advance(rune.EncodeToUtf8(destination));
            rest = rest[used..];
        }

        return bytes.WrittenSpan.ToArray();
    }
}
