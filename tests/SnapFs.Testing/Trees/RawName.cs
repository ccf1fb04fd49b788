using System.Globalization;
using System.Text;

namespace SnapFs.Testing.Trees;

/// <summary>
/// File names as bytes, and the printable form in which tests compare and report them: ASCII letters stand for
/// themselves, every other byte and the backslash is written <c>\xHH</c>. The form is unambiguous, so equal text means
/// equal bytes.
/// </summary>
public static class RawName
{
    /// <summary>The printable form of raw bytes.</summary>
    public static string Escape(ReadOnlySpan<byte> name)
    {
        StringBuilder text = new(name.Length);
        foreach (byte value in name)
        {
            if (value is >= 0x20 and < 0x7f and not (byte)'\\')
            {
                text.Append((char)value);
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $"\\x{value:x2}");
            }
        }

        return text.ToString();
    }

    /// <summary>The bytes of a printable form.</summary>
    /// <exception cref="FormatException">A backslash is not followed by <c>x</c> and two digits.</exception>
    public static byte[] Unescape(string text)
    {
        List<byte> bytes = new(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                bytes.Add(checked((byte)text[i]));
                continue;
            }

            if (i + 3 >= text.Length || text[i + 1] != 'x')
            {
                throw new FormatException($"bad escape at position {i} of {text}");
            }

            bytes.Add(byte.Parse(text.AsSpan(i + 2, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
            i += 3;
        }

        return [.. bytes];
    }

    /// <summary>UTF-8 with the terminating zero that the C library expects.</summary>
    internal static byte[] ToCString(ReadOnlySpan<byte> name)
    {
        byte[] terminated = new byte[name.Length + 1];
        name.CopyTo(terminated);
        return terminated;
    }

    /// <summary>UTF-8 with the terminating zero that the C library expects.</summary>
    internal static byte[] ToCString(string name) => ToCString(Encoding.UTF8.GetBytes(name));
}
