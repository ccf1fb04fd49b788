using System.Globalization;

namespace SnapFs.Testing.Afs;

/// <summary>
/// The access list of a directory: rights by name. The names are those of pts; a number stands for an id without a name.
/// </summary>
/// <param name="Positive">Rights that are given, in any order.</param>
/// <param name="Negative">Rights that are taken away.</param>
public sealed record VolumeAcl(IReadOnlyDictionary<string, uint> Positive, IReadOnlyDictionary<string, uint> Negative)
{
    /// <summary>The letters of the rights, lowest bit first; the letters A to H are the highest eight bits.</summary>
    private const string Letters = "rwildka";

    /// <summary>
    /// Reads entries such as <c>alice rlidwka</c> and, for a negative one, <c>-bob w</c>.
    /// </summary>
    /// <exception cref="FormatException">An entry is not of this form.</exception>
    public static VolumeAcl Parse(params string[] entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        Dictionary<string, uint> positive = [];
        Dictionary<string, uint> negative = [];
        foreach (string entry in entries)
        {
            string[] words = entry.Split(' ');
            if (words.Length != 2)
            {
                throw new FormatException($"'{entry}' is not a name and rights");
            }

            (entry[0] == '-' ? negative : positive)[words[0].TrimStart('-')] = RightsOf(words[1]);
        }

        return new VolumeAcl(positive, negative);
    }

    /// <summary>The form in which RXAFS_StoreACL takes it: counts, then names and rights as signed numbers.</summary>
    public string ToRpcText() => string.Join('\n',
        [
            Positive.Count.ToString(CultureInfo.InvariantCulture),
            Negative.Count.ToString(CultureInfo.InvariantCulture),
            .. Positive.Concat(Negative).Select(entry => $"{entry.Key}\t{unchecked((int)entry.Value)}"),
            "",
        ]);

    /// <inheritdoc/>
    public override string ToString() => string.Join(' ',
        Positive.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{entry.Key}={entry.Value:x}")
            .Concat(Negative.OrderBy(entry => entry.Key, StringComparer.Ordinal)
                .Select(entry => $"-{entry.Key}={entry.Value:x}")));

    private static uint RightsOf(string letters)
    {
        uint rights = 0;
        foreach (char letter in letters)
        {
            int place = Letters.IndexOf(letter, StringComparison.Ordinal);
            rights |= letter is >= 'A' and <= 'H' ? 1u << (24 + letter - 'A')
                : place >= 0 ? 1u << place
                : throw new FormatException($"'{letter}' is no right");
        }

        return rights;
    }
}
