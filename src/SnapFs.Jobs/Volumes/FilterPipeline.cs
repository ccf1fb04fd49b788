using System.Globalization;
using System.Text;

namespace SnapFs.Jobs.Volumes;

/// <summary>A shell command whose parts say how each of them ended: a shell alone tells only that of the last.</summary>
/// <remarks>Only a plain pipeline, <c>a | b | c</c>, is taken apart; anything else is one part.</remarks>
internal sealed class FilterPipeline
{
    /// <summary>Begins the lines by which the parts report; no command writes it by chance.</summary>
    private const string Mark = "\u0001snapfs-part ";

    /// <summary>The exit code of a command that was ended because nobody reads on.</summary>
    private const int BrokenPipe = 141;

    private static readonly string[] Decryptors = ["ccrypt", "ccat", "aescrypt", "openssl", "gpg", "gpg2", "age", "7z", "mcrypt"];

    private readonly List<string> _parts;
    private readonly int?[] _codes;

    /// <param name="command">As the user gave it.</param>
    public FilterPipeline(string command)
    {
        _parts = Split(command);
        _codes = new int?[_parts.Count];
    }

    /// <summary>The same for the shell.</summary>
    public string Script => string.Join(
        " | ",
        _parts.Select((part, index) =>
            $"{{ {part}\n__code=$?; printf '\\001snapfs-part {index} %s\\n' $__code >&2; exit $__code; }}"));

    /// <summary>Takes a line that came on standard error.</summary>
    /// <returns>Whether it was a report of a part.</returns>
    public bool Take(string line)
    {
        int mark = line.IndexOf(Mark, StringComparison.Ordinal);
        string[] words = mark < 0 ? [] : line[(mark + Mark.Length)..].Split(' ');
        if (words.Length == 2
            && int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out int part) && part < _codes.Length
            && int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out int code))
        {
            _codes[part] = code;
            return true;
        }

        return false;
    }

    /// <summary>What went wrong.</summary>
    /// <param name="exitCode">Of the shell.</param>
    /// <param name="first">The first line on standard error.</param>
    /// <param name="last">The last.</param>
    /// <returns>Null if nothing did.</returns>
    public DumpComplaint? Complaint(int exitCode, string first, string last)
    {
        int failed = Array.FindIndex(_codes, code => code is not null and not 0 and not BrokenPipe);
        if (exitCode == 0 && failed < 0)
        {
            return null;
        }

        // Whatever comes later in a pipe fails because of what came before.
        string said = failed >= 0 && failed < _codes.Length - 1 ? first : last;
        string command = NameOf(_parts[Math.Max(failed, 0)]);
        string who = _parts.Count == 1 ? "the filter" : $"'{SafeText.Of(command)}' in the filter";
        int code = failed >= 0 ? _codes[failed] ?? exitCode : exitCode;
        string key = Array.Exists(_parts.ToArray(), part => Decryptors.Contains(NameOf(part))) ? "; a wrong key looks like this" : "";
        return new DumpComplaint(
            $"{who} exited with {code}{(said.Length == 0 ? "" : $": {said}")}{key}", IsFatal: exitCode != 0);
    }

    private static string NameOf(string part) =>
        Path.GetFileName(part.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() ?? "");

    /// <summary>Splits at each <c>|</c> that is not quoted; whatever a plain pipeline does not have makes it one part.</summary>
    private static List<string> Split(string command)
    {
        List<string> parts = [];
        StringBuilder part = new();
        char quote = '\0';
        for (int i = 0; i < command.Length; i++)
        {
            char c = command[i];
            if (quote != '\0')
            {
                quote = c == quote ? '\0' : quote;
            }
            else if (c is '\'' or '"')
            {
                quote = c;
            }
            else if (c == '|' && i + 1 < command.Length && command[i + 1] != '|' && part.ToString().Trim().Length > 0)
            {
                parts.Add(part.ToString().Trim());
                part.Clear();
                continue;
            }
            else if (c is '|' or ';' or '&' or '(' or ')' or '{' or '}' or '`' or '\\' or '\n' or '#')
            {
                return [command];
            }

            part.Append(c);
        }

        parts.Add(part.ToString().Trim());
        return quote == '\0' && parts[^1].Length > 0 ? parts : [command];
    }
}
