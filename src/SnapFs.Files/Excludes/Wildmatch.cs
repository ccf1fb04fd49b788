namespace SnapFs.Files.Excludes;

/// <summary>
/// Matches a path against one glob by git's rules (<c>wildmatch</c> with <c>WM_PATHNAME</c>): <c>*</c> and <c>?</c>
/// stop at slashes, <c>**</c> between slashes does not. Works on raw bytes.
/// </summary>
internal static class Wildmatch
{
    private enum Outcome
    {
        Match,
        NoMatch,

        /// <summary>No later start of the text can match either.</summary>
        AbortAll,

        /// <summary>Only a <c>**</c> further left can still match.</summary>
        AbortToStarStar,
    }

    /// <summary>Whether the whole of <paramref name="text"/> matches.</summary>
    public static bool IsMatch(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> text) =>
        Run(pattern, 0, text, 0) == Outcome.Match;

    private static Outcome Run(ReadOnlySpan<byte> pattern, int p, ReadOnlySpan<byte> text, int t)
    {
        for (; p < pattern.Length; p++, t++)
        {
            byte symbol = pattern[p];
            if (t == text.Length && symbol != '*')
            {
                return Outcome.AbortAll;
            }

            switch (symbol)
            {
                case (byte)'?':
                    if (text[t] == '/')
                    {
                        return Outcome.NoMatch;
                    }

                    break;
                case (byte)'[':
                    Outcome set = MatchSet(pattern, ref p, text[t]);
                    if (set != Outcome.Match)
                    {
                        return set;
                    }

                    break;
                case (byte)'*':
                    if (TryStar(pattern, ref p, text, ref t) is Outcome outcome)
                    {
                        return outcome;
                    }

                    break;
                default:
                    if (symbol == '\\')
                    {
                        p++;
                    }

                    if (p >= pattern.Length || pattern[p] != text[t])
                    {
                        return Outcome.NoMatch;
                    }

                    break;
            }
        }

        return t == text.Length ? Outcome.Match : Outcome.NoMatch;
    }

    /// <summary>Handles stars at <paramref name="p"/>; null: both positions stand on a slash, go on after it.</summary>
    private static Outcome? TryStar(ReadOnlySpan<byte> pattern, ref int p, ReadOnlySpan<byte> text, ref int t)
    {
        int start = p;
        while (p < pattern.Length && pattern[p] == '*')
        {
            p++;
        }

        bool crossesSlashes = p - start >= 2
            && (start == 0 || pattern[start - 1] == '/')
            && (p == pattern.Length || pattern[p] == '/' || pattern[p..].StartsWith("\\/"u8));
        if (crossesSlashes
            && p < pattern.Length && pattern[p] == '/'
            && Run(pattern, p + 1, text, t) == Outcome.Match)
        {
            return Outcome.Match; // "**/" stands for no directory at all
        }

        if (p == pattern.Length)
        {
            return crossesSlashes || !text[t..].Contains((byte)'/') ? Outcome.Match : Outcome.AbortToStarStar;
        }

        if (!crossesSlashes && pattern[p] == '/')
        {
            int slash = text[t..].IndexOf((byte)'/');
            t += slash;
            return slash < 0 ? Outcome.AbortAll : null;
        }

        return StarThenRest(pattern, p, text, t, crossesSlashes);
    }

    private static Outcome StarThenRest(
        ReadOnlySpan<byte> pattern, int p, ReadOnlySpan<byte> text, int t, bool crossesSlashes)
    {
        for (; t < text.Length; t++)
        {
            Outcome rest = Run(pattern, p, text, t);
            if (rest != Outcome.NoMatch)
            {
                if (!crossesSlashes || rest != Outcome.AbortToStarStar)
                {
                    return rest;
                }
            }
            else if (!crossesSlashes && text[t] == '/')
            {
                return Outcome.AbortToStarStar;
            }
        }

        return Outcome.AbortAll;
    }

    /// <summary>Where the set that begins at <paramref name="start"/> ends; -1 if it does not, so that it matches nothing.</summary>
    internal static int EndOfSet(ReadOnlySpan<byte> pattern, int start)
    {
        int end = start;
        return MatchSet(pattern, ref end, 0) == Outcome.AbortAll ? -1 : end;
    }

    /// <summary>Matches a set and leaves <paramref name="p"/> on its closing bracket.</summary>
    private static Outcome MatchSet(ReadOnlySpan<byte> pattern, ref int p, byte value)
    {
        p++;
        bool negated = p < pattern.Length && pattern[p] is (byte)'!' or (byte)'^';
        if (negated)
        {
            p++;
        }

        bool matched = false;
        byte previous = 0;
        for (bool first = true; first || (p < pattern.Length && pattern[p] != ']'); first = false, p++)
        {
            if (p >= pattern.Length)
            {
                return Outcome.AbortAll;
            }

            byte symbol = pattern[p];
            if (symbol == '-' && previous != 0 && p + 1 < pattern.Length && pattern[p + 1] != ']')
            {
                p++;
                if (pattern[p] == '\\' && ++p >= pattern.Length)
                {
                    return Outcome.AbortAll;
                }

                matched |= value >= previous && value <= pattern[p];
                previous = 0;
            }
            else if (TryClass(pattern, ref p, value, ref matched))
            {
                previous = 0;
            }
            else
            {
                if (symbol == '\\' && ++p >= pattern.Length)
                {
                    return Outcome.AbortAll;
                }

                matched |= pattern[p] == value;
                previous = pattern[p];
            }
        }

        if (p >= pattern.Length)
        {
            return Outcome.AbortAll;
        }

        return matched == negated || value == '/' ? Outcome.NoMatch : Outcome.Match;
    }

    /// <summary>Handles <c>[:alpha:]</c> and leaves <paramref name="p"/> on its closing bracket.</summary>
    private static bool TryClass(ReadOnlySpan<byte> pattern, ref int p, byte value, ref bool matched)
    {
        if (!pattern[p..].StartsWith("[:"u8))
        {
            return false;
        }

        int length = pattern[(p + 2)..].IndexOf((byte)']');
        if (length < 1 || pattern[p + 1 + length] != ':')
        {
            return false;
        }

        ReadOnlySpan<byte> name = pattern.Slice(p + 2, length - 1);
        matched |= IsInClass(name, (char)value);
        p += 2 + length;
        return true;
    }

    private static bool IsInClass(ReadOnlySpan<byte> name, char c) => name switch
    {
        _ when name.SequenceEqual("alpha"u8) => char.IsAsciiLetter(c),
        _ when name.SequenceEqual("digit"u8) => char.IsAsciiDigit(c),
        _ when name.SequenceEqual("alnum"u8) => char.IsAsciiLetterOrDigit(c),
        _ when name.SequenceEqual("upper"u8) => char.IsAsciiLetterUpper(c),
        _ when name.SequenceEqual("lower"u8) => char.IsAsciiLetterLower(c),
        _ when name.SequenceEqual("xdigit"u8) => char.IsAsciiHexDigit(c),
        _ when name.SequenceEqual("space"u8) => c is ' ' or (>= '\t' and <= '\r'),
        _ when name.SequenceEqual("blank"u8) => c is ' ' or '\t',
        _ when name.SequenceEqual("cntrl"u8) => c < ' ' || c == 127,
        _ when name.SequenceEqual("graph"u8) => c is > ' ' and < (char)127,
        _ when name.SequenceEqual("print"u8) => c is >= ' ' and < (char)127,
        _ when name.SequenceEqual("punct"u8) => c is > ' ' and < (char)127 && !char.IsAsciiLetterOrDigit(c),
        _ => false,
    };
}
