using System.Globalization;
using System.Text;

namespace SnapFs.Testing.Afs;

/// <summary>
/// Names and paths in a volume are bytes. Tests write them as the walk of a volume prints them: a byte that is not visible
/// ASCII, and each of <c>%</c>, <c>"</c> and <c>\</c>, is <c>%XX</c>; all others stand for themselves. The root is
/// <c>.</c>.
/// </summary>
public static class AfsName
{
    /// <summary>The written form of raw bytes.</summary>
    public static string Escape(ReadOnlySpan<byte> name)
    {
        StringBuilder text = new(name.Length);
        foreach (byte value in name)
        {
            if (value is > 0x20 and < 0x7f and not ((byte)'%' or (byte)'"' or (byte)'\\'))
            {
                text.Append((char)value);
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
            }
        }

        return text.ToString();
    }

    /// <summary>The written form of a text's UTF-8.</summary>
    public static string Escape(string name) => Escape(Encoding.UTF8.GetBytes(name));

    /// <summary>The bytes of a written form.</summary>
    /// <exception cref="FormatException">Two hexadecimal digits do not follow a percent sign.</exception>
    public static byte[] Unescape(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<byte> bytes = new(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '%')
            {
                bytes.Add(checked((byte)text[i]));
                continue;
            }

            if (i + 2 >= text.Length)
            {
                throw new FormatException($"bad escape at position {i} of {text}");
            }

            bytes.Add(byte.Parse(text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
            i += 2;
        }

        return [.. bytes];
    }
}
