using System.Globalization;
using System.Text;

namespace SnapFs.Afs.Names;

/// <summary>Reads what <c>pts membership GROUP…</c> prints: a line with the id of a group, then a line for each member, which
/// begins with a space.</summary>
/// <remarks>Names become ids at the end, because they may come after the groups.</remarks>
internal sealed class MembershipReader
{
    private readonly Dictionary<int, List<string>> _groups = [];
    private List<string>? _members;

    /// <summary>Takes a line.</summary>
    /// <returns>Whether it belongs to such a list; if not, the list has ended.</returns>
    public bool Take(ReadOnlySpan<byte> line)
    {
        if (!line.IsEmpty && line[0] is (byte)' ' or (byte)'\t')
        {
            ReadOnlySpan<byte> member = line.Trim(" \t\r"u8);
            if (_members is not null && !member.IsEmpty)
            {
                _members.Add(Encoding.Latin1.GetString(member));
            }

            return _members is not null;
        }

        _members = TryReadHeading(line, out int group) ? _groups[group] = [] : null;
        return _members is not null;
    }

    /// <summary>The groups whose members are known. Of two lists of one group the last counts.</summary>
    /// <param name="ids">The ids of all names; 0 for a name that several have.</param>
    public Dictionary<int, PtsGroup> Finish(Func<IReadOnlyDictionary<string, int>> ids)
    {
        Dictionary<int, PtsGroup> groups = [];
        if (_groups.Count == 0)
        {
            return groups;
        }

        IReadOnlyDictionary<string, int> known = ids();
        foreach ((int group, List<string> names) in _groups)
        {
            HashSet<int> members = [.. names.Select(name => known.GetValueOrDefault(name)).Where(id => id > 0)];
            bool isComplete = names.All(name => known.GetValueOrDefault(name) > 0);
            groups.Add(group, new PtsGroup(members, isComplete));
        }

        return groups;
    }

    /// <summary>Reads <c>Members of NAME (id: -206) are:</c>, before which <c>Expanded</c> may stand.</summary>
    private static bool TryReadHeading(ReadOnlySpan<byte> line, out int group)
    {
        group = 0;
        ReadOnlySpan<byte> rest = line.TrimEnd(" \t\r"u8);
        rest = rest.StartsWith("Expanded "u8) ? rest["Expanded "u8.Length..] : rest;
        int start = rest.LastIndexOf(" (id: "u8);
        if (!rest.StartsWith("Members of "u8) || !rest.EndsWith(") are:"u8) || start < 0)
        {
            return false;
        }

        ReadOnlySpan<byte> id = rest[(start + " (id: "u8.Length)..^") are:"u8.Length];
        return int.TryParse(id, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out group) && group < 0;
    }
}
