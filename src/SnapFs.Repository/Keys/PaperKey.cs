using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SnapFs.Repository.Keys;

/// <summary>
/// A key file to be printed and typed back: numbered lines of eight groups of four base32 letters, each
/// line with a check letter of its own, so that a slip is found in its line (<c>docs/format.md</c> section 3.4).
/// </summary>
public static class PaperKey
{
    // Crockford's: no I, L, O and U. The last five only appear as check letters.
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=+";
    private const int Base = 32;
    private const int CheckBase = 37;
    private const int BytesPerLine = 20;
    private const int LettersPerLine = 32;
    private const int LettersPerGroup = 4;
    private const int MaxLines = 64;
    private const string Title = "SNAPFS KEY ON PAPER";

    /// <summary>The page: what it is for, how to use it, and the lines.</summary>
    public static string Format(KeyFile key)
    {
        ArgumentNullException.ThrowIfNull(key);
        byte[] payload = [(byte)key.Role, .. key.ToPayload()];
        StringBuilder page = new();
        page.Append(CultureInfo.InvariantCulture, $"""
            {Title}

            This opens the backup repository {key.RepositoryId}
            without a passphrase, as its {KeyFile.NameOf(key.Role)}. Whoever has this page and the repository can do
            all that {KeyFile.NameOf(key.Role)} may: keep it as you keep money, apart from the machines it backs up.

            To use it: type the numbered lines below into a file that nobody else can read ('umask 077' before the
            editor), spaces and case as you like, with or without what stands around them, then run
                snapfs key import --paper FILE --file /root/snapfs.key
                snapfs --key-file /root/snapfs.key --repo REPOSITORY snapshots
            0 is zero and 1 is one: the letters I, L, O and U are not used. The last letter of each
            line checks that line.


            """);
        int lines = (payload.Length + BytesPerLine - 1) / BytesPerLine;
        for (int line = 0; line < lines; line++)
        {
            int start = line * BytesPerLine;
            AppendLine(page, line + 1, payload.AsSpan(start, Math.Min(BytesPerLine, payload.Length - start)));
        }

        CryptographicOperations.ZeroMemory(payload);
        return page.ToString();
    }

    /// <summary>Reads lines that were typed back, or the page itself; blank lines are skipped, and where lines are numbered, all that
    /// are not.</summary>
    /// <exception cref="KeyFileException">A line has a slip; the message says which.</exception>
    public static KeyFile Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<byte> payload = [];
        int number = 0;
        string[] lines = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        bool isNumbered = lines.Any(line => NumberOf(line) is not null);
        foreach (string line in lines.Where(line => !isNumbered || NumberOf(line) is not null))
        {
            if (++number > MaxLines)
            {
                throw new KeyFileException($"it has more than {MaxLines} lines");
            }

            ParseLine(line, number, payload);
        }

        Span<byte> bytes = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(payload);
        try
        {
            return bytes.IsEmpty
                ? throw new KeyFileException("there are no lines of a key")
                : KeyFile.FromPayload((KeyRole)bytes[0], bytes[1..]);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static void AppendLine(StringBuilder page, int number, ReadOnlySpan<byte> bytes)
    {
        page.Append(CultureInfo.InvariantCulture, $"{number,2}:");
        int letters = ((bytes.Length * 8) + 4) / 5;
        int check = number;
        int buffer = 0;
        int bits = 0;
        int next = 0;
        for (int i = 0; i < letters; i++)
        {
            if (bits < 5)
            {
                buffer = (buffer << 8) | (next < bytes.Length ? bytes[next++] : 0);
                bits += 8;
            }

            int value = (buffer >> (bits - 5)) & (Base - 1);
            bits -= 5;
            buffer &= (1 << bits) - 1;
            page.Append(i % LettersPerGroup == 0 ? " " : string.Empty).Append(Alphabet[value]);
            check = NextCheck(check, i, value);
        }

        page.Append(' ').Append(Alphabet[check]).Append('\n');
    }

    private static void ParseLine(string line, int number, List<byte> payload)
    {
        if (NumberOf(line) is int said && said != number)
        {
            throw new KeyFileException($"line {number} has the number {said}: the lines are not in their order, or one is missing");
        }

        int colon = line.IndexOf(':', StringComparison.Ordinal);
        string letters = string.Concat(
            line[(colon + 1)..].Where(letter => !char.IsWhiteSpace(letter) && letter != '-'));
        if (letters.Length is < 2 or > LettersPerLine + 1)
        {
            throw new KeyFileException(
                $"line {number} has {letters.Length} letters, at most {LettersPerLine + 1} are possible");
        }

        int check = number;
        int buffer = 0;
        int bits = 0;
        for (int i = 0; i < letters.Length - 1; i++)
        {
            int value = ValueOf(letters[i], Base, number);
            check = NextCheck(check, i, value);
            buffer = (buffer << 5) | value;
            bits += 5;
            if (bits >= 8)
            {
                bits -= 8;
                payload.Add((byte)(buffer >> bits));
                buffer &= (1 << bits) - 1;
            }
        }

        if (buffer != 0 || ValueOf(letters[^1], CheckBase, number) != check)
        {
            throw new KeyFileException(
                $"line {number} has a slip: its check letter does not match; compare it with the page");
        }
    }

    /// <summary>The number that a line begins with; null if it has none.</summary>
    private static int? NumberOf(string line)
    {
        int colon = line.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && int.TryParse(line.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : null;
    }

    /// <summary>A weighted sum modulo a prime: every single slip and every swap of two letters changes it.</summary>
    private static int NextCheck(int check, int position, int value) => (check + ((position + 1) * value)) % CheckBase;

    private static int ValueOf(char letter, int limit, int number)
    {
        char upper = char.ToUpperInvariant(letter) switch
        {
            'O' => '0',
            'I' or 'L' => '1',
            char other => other,
        };
        int value = Alphabet.IndexOf(upper, StringComparison.Ordinal);
        return value >= 0 && value < limit
            ? value
            : throw new KeyFileException($"line {number} holds '{letter}', which is not used");
    }
}
