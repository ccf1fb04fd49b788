using System.Text;

namespace SnapFs.Files.Excludes;

/// <summary>
/// Writes a glob that matches letters of either case as globs that do not: <c>a*</c> as <c>[aA]*</c>. So a snapshot says it in the
/// syntax that it has, and a reader needs no rule of its own.
/// </summary>
/// <remarks>Globs work on bytes. A letter whose two forms differ in one byte of UTF-8 becomes a set of that byte; of others there is a
/// glob for each form.</remarks>
internal static class CaselessGlob
{
    /// <summary>Globs that one becomes at most; each is tried on every path.</summary>
    public const int MaxGlobs = 256;

    /// <summary>The globs that together match what one matches when case does not count; null if they are more than
    /// <see cref="MaxGlobs"/>.</summary>
    /// <param name="glob">Its sets end and nothing follows its last backslash but what it quotes.</param>
    public static IReadOnlyList<byte[]>? Expand(ReadOnlySpan<byte> glob)
    {
        List<List<byte>> globs = [[]];
        while (!glob.IsEmpty)
        {
            int length = 1;
            List<byte[]> forms;
            if (glob[0] == (byte)'[' && Wildmatch.EndOfSet(glob, 0) is > 0 and int end)
            {
                length = end + 1;
                forms = [BothCases(glob[..length])];
            }
            else
            {
                int quote = glob[0] == (byte)'\\' && glob.Length > 1 ? 1 : 0;
                forms = FormsOf(glob[quote..], out length);
                length += quote;
                forms = quote == 1 && forms is [var only] && only.AsSpan().SequenceEqual(glob[1..length])
                    ? [glob[..length].ToArray()]
                    : forms;
            }

            glob = glob[length..];
            globs = Append(globs, forms);
            if (globs.Count > MaxGlobs)
            {
                return null;
            }
        }

        return [.. globs.Select(bytes => bytes.ToArray())];
    }

    private static List<List<byte>> Append(List<List<byte>> globs, List<byte[]> forms)
    {
        if (forms is [var only])
        {
            globs.ForEach(glob => glob.AddRange(only));
            return globs;
        }

        return [.. globs.SelectMany(glob => forms.Select(form => (List<byte>)[.. glob, .. form]))];
    }

    /// <summary>The globs of one character.</summary>
    /// <param name="text">Begins with it.</param>
    /// <param name="length">Its length in bytes.</param>
    private static List<byte[]> FormsOf(ReadOnlySpan<byte> text, out int length)
    {
        if (Rune.DecodeFromUtf8(text, out Rune rune, out length) != System.Buffers.OperationStatus.Done)
        {
            length = 1; // a byte that is no text has no case
            return [[text[0]]];
        }

        List<byte[]> forms = [.. ((Rune[])[rune, Rune.ToUpperInvariant(rune), Rune.ToLowerInvariant(rune)]).Distinct().Select(Bytes)];
        if (forms.Count == 1 || forms.Exists(form => form.Length != forms[0].Length))
        {
            return forms;
        }

        int[] differing = [.. Enumerable.Range(0, length).Where(i => forms.Exists(form => form[i] != forms[0][i]))];
        return differing is [int at]
            ? [[.. forms[0][..at], (byte)'[', .. forms.Select(form => form[at]), (byte)']', .. forms[0][(at + 1)..]]]
            : forms;
    }

    private static byte[] Bytes(Rune rune)
    {
        byte[] bytes = new byte[rune.Utf8SequenceLength];
        rune.EncodeToUtf8(bytes);
        return bytes;
    }

    /// <summary>A set with the other case of each ASCII letter in it.</summary>
    private static byte[] BothCases(ReadOnlySpan<byte> set)
    {
        bool isNegated = set[1] is (byte)'!' or (byte)'^';
        ReadOnlySpan<byte> rest = set[(isNegated ? 2 : 1)..];
        List<byte> added = [];
        for (byte lower = (byte)'a'; lower <= (byte)'z'; lower++)
        {
            byte upper = (byte)(lower - 32);
            bool hasLower = Wildmatch.IsMatch(set, [lower]) != isNegated;
            if (hasLower != (Wildmatch.IsMatch(set, [upper]) != isNegated))
            {
                byte other = hasLower ? upper : lower;
                added.AddRange([other, (byte)'-', other]); // a range, so that a - after it stays a character
            }
        }

        return added.Count == 0
            ? set.ToArray()
            : [.. set[..^rest.Length], .. added, .. rest[0] == (byte)']' ? @"\"u8 : default, .. rest];
    }
}
