namespace SnapFs.Cli.Hosting;

/// <summary>Guesses what a word that is not known was meant to be.</summary>
internal static class Suggestions
{
    /// <summary>Commands of restic, borg and kopia, and what to type here.</summary>
    private static readonly Dictionary<string, string> Elsewhere = new(StringComparer.Ordinal)
    {
        ["list"] = "did you mean 'snapfs snapshots' or 'snapfs ls'?",
        ["create"] = "did you mean 'snapfs backup'?",
        ["save"] = "did you mean 'snapfs backup'?",
        ["extract"] = "did you mean 'snapfs restore'?",
        ["history"] = "did you mean 'snapfs versions'?",
        ["dump"] = "did you mean 'snapfs cat'?",
        ["info"] = "did you mean 'snapfs stats'?",
        ["verify"] = "did you mean 'snapfs check'?",
        ["passwd"] = "did you mean 'snapfs key change'?",
        ["unmount"] = "did you mean 'snapfs umount'?",
        ["unlock"] = "there are no locks to break",
        ["break-lock"] = "there are no locks to break",
        ["forget"] = NotYet,
        ["prune"] = NotYet,
        ["delete"] = NotYet,
        ["compact"] = NotYet,
        ["copy"] = NotInThisVersion,
        ["tag"] = NotInThisVersion,
        ["rewrite"] = NotInThisVersion,
        ["recreate"] = NotInThisVersion,
        ["repair"] = "the next backup stores anew what a damaged repository lacks; see 'snapfs check --help'",
        ["rebuild-index"] = "the next backup indexes what is not indexed",
        ["serve"] = NotInThisVersion,
        ["server"] = NotInThisVersion,
        ["agent"] = NotInThisVersion,
        ["self-update"] = "SnapFs comes as a package and does not replace itself",
    };

    private const string NotYet = "no snapshot is deleted in this version";
    private const string NotInThisVersion = "not in this version";

    /// <summary>What to say of a word that is no command.</summary>
    /// <param name="word">As typed.</param>
    /// <param name="commands">Those that could stand in its place.</param>
    /// <param name="path">The words before it: <c>snapfs</c>.</param>
    /// <returns>Without a full stop; null if nothing is like it.</returns>
    public static string? ForCommand(string word, IEnumerable<string> commands, string path) =>
        path == "snapfs" && Elsewhere.TryGetValue(word, out string? advice) ? advice
        : Nearest(word, commands) is { } command ? $"did you mean '{path} {command}'?"
        : null;

    /// <summary>What to say of an option that is not known; null if nothing is like it.</summary>
    /// <param name="word">As typed.</param>
    /// <param name="options">Those that the command has.</param>
    public static string? ForOption(string word, IEnumerable<string> options) =>
        Nearest(word.Split('=')[0], options.Where(option => option.Length > 2)) is { } option ? $"did you mean {option}?" : null;

    /// <summary>The known word that is likest: one that begins with the word or takes the fewest changed, added, dropped or swapped
    /// letters, a third of them at most.</summary>
    private static string? Nearest(string word, IEnumerable<string> known)
    {
        string? nearest = null;
        int least = Math.Max(1, Math.Min(word.Length, MaxLength) / 3) + 1;
        foreach (string candidate in known)
        {
            int distance = word.Length >= 3 && candidate.StartsWith(word, StringComparison.Ordinal) ? 1 : Distance(word, candidate);
            if (distance < least)
            {
                least = distance;
                nearest = candidate;
            }
        }

        return nearest;
    }

    /// <summary>No name is longer; what is, is like none.</summary>
    private const int MaxLength = 40;

    /// <summary>Damerau's and Levenshtein's distance, without edits between swapped letters ("optimal string alignment").</summary>
    private static int Distance(string from, string to)
    {
        if (from.Length > MaxLength || to.Length > MaxLength)
        {
            return int.MaxValue;
        }

        int[,] steps = new int[from.Length + 1, to.Length + 1];
        for (int i = 0; i <= from.Length; i++)
        {
            for (int j = 0; j <= to.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    steps[i, j] = i + j;
                    continue;
                }

                int change = steps[i - 1, j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
                steps[i, j] = Math.Min(change, Math.Min(steps[i - 1, j], steps[i, j - 1]) + 1);
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                {
                    steps[i, j] = Math.Min(steps[i, j], steps[i - 2, j - 2] + 1);
                }
            }
        }

        return steps[from.Length, to.Length];
    }
}
