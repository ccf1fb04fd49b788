using System.Security.Cryptography;
using System.Text;

namespace SnapFs.Mount.Layouts;

/// <summary>
/// Turns hosts, sources and tags, which are any text, into file names: <c>/</c>, NUL, other control characters,
/// <c>%</c> and lone surrogates are written <c>%XX</c>, so are the names <c>.</c>, <c>..</c> and <c>latest</c>; the
/// empty text is <c>%</c>. Different texts give different names.
/// </summary>
public static class LayoutName
{
    private const int MaxLength = 255;
    private const int KeptOfLong = 180;

    /// <summary>The file name for a text.</summary>
    public static string Of(string text)
    {
        if (text.Length == 0)
        {
            return "%";
        }

        StringBuilder name = new(text.Length);
        bool isSpecial = text is "." or ".." or "latest";
        foreach (Rune rune in Runes(text, name))
        {
            bool escape = isSpecial || rune.Value is '/' or '%' || Rune.IsControl(rune);
            if (escape)
            {
                name.Append('%').Append(rune.Value.ToString("X2", null));
            }
            else
            {
                name.Append(rune.ToString());
            }
        }

        string result = name.ToString();
        return Encoding.UTF8.GetByteCount(result) <= MaxLength ? result : Shorten(text, result);
    }

    /// <summary>The runes of a text; lone surrogates go straight into <paramref name="escaped"/>.</summary>
    private static IEnumerable<Rune> Runes(string text, StringBuilder escaped)
    {
        for (int i = 0; i < text.Length;)
        {
            if (Rune.TryGetRuneAt(text, i, out Rune rune))
            {
                yield return rune;
                i += rune.Utf16SequenceLength;
            }
            else
            {
                escaped.Append("%u").Append(((int)text[i]).ToString("X4", null));
                i++;
            }
        }
    }

    private static string Shorten(string text, string name)
    {
        byte[] hash = SHA256.HashData(Encoding.Unicode.GetBytes(text));
        int end = Math.Min(KeptOfLong, name.Length);
        while (Encoding.UTF8.GetByteCount(name.AsSpan(0, end)) > KeptOfLong || char.IsHighSurrogate(name[end - 1]))
        {
            end--;
        }

        return string.Concat(name.AsSpan(0, end), "%~", Convert.ToHexStringLower(hash.AsSpan(0, 16)));
    }
}
