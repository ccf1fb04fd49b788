using System.Globalization;
using System.Text;
using SnapFs.Afs.Acls;
using SnapFs.Trees;

namespace SnapFs.Afs.Names;

/// <summary>
/// Names of protection server ids, as <c>pts listentries -users -groups</c> prints them: a name and an id begin each line. Before,
/// between and after them may be who is in which group, as <c>pts membership GROUP…</c> prints it. Immutable.
/// </summary>
public sealed class PtsNames : IOwnerNames
{
    /// <summary>The longest list, bytes.</summary>
    public const int MaxLength = 64 * 1024 * 1024;

    /// <summary>Most lines that say something: names and members together.</summary>
    public const int MaxLines = 1_000_000;

    private readonly Dictionary<int, byte[]> _names = [];
    private readonly Dictionary<int, PtsGroup> _groups;

    private PtsNames(byte[] text)
    {
        Text = text;
        MembershipReader membership = new();
        int lines = 0;
        foreach (Range range in text.AsSpan().Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = text.AsSpan(range);
            if ((membership.Take(line) || Add(line)) && ++lines > MaxLines)
            {
                throw new InvalidEncodingException($"a list of names has at most {MaxLines} lines");
            }
        }

        _groups = membership.Finish(IdsByName);
    }

    /// <summary>No names.</summary>
    public static PtsNames None { get; } = new([]);

    /// <summary>The text that was parsed.</summary>
    public ReadOnlyMemory<byte> Text { get; }

    /// <summary>Ids that have a name.</summary>
    public int Count => _names.Count;

    /// <summary>The ids of all users of the cell (<see cref="IsUser"/>).</summary>
    public IEnumerable<int> Users => _names.Keys.Where(IsUser);

    /// <summary>Reads a list; lines that say nothing, such as the heading, are passed over.</summary>
    /// <exception cref="InvalidEncodingException">It has no line with a name and an id, or is too long.</exception>
    public static PtsNames Parse(byte[] text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MaxLength)
        {
            throw new InvalidEncodingException($"a list of names has at most {MaxLength} bytes");
        }

        PtsNames names = new(text);
        return names.Count > 0
            ? names
            : throw new InvalidEncodingException("no line begins with a name and an id, as pts listentries prints them");
    }

    /// <summary>The name of a user or group; null if it has none.</summary>
    public string? NameOf(int id) => _names.TryGetValue(id, out byte[]? name) ? Encoding.UTF8.GetString(name) : null;

    /// <summary>Whether an id has a name and is that of somebody who can have a ticket of the cell: no group, not
    /// <c>anonymous</c>, and no user of another cell, whose name has an <c>@</c>.</summary>
    public bool IsUser(int id) =>
        id > 0 && id != AfsIds.Anonymous && _names.TryGetValue(id, out byte[]? name) && !name.Contains((byte)'@');

    /// <summary>Who is in a group; null if that is not known.</summary>
    public PtsGroup? GroupOf(int id) => _groups.GetValueOrDefault(id);

    /// <inheritdoc/>
    public ReadOnlySpan<byte> UserName(uint id) => _names.TryGetValue(unchecked((int)id), out byte[]? name) ? name : [];

    /// <summary>Nothing: the group of a vnode is one of Unix, which no protection server knows.</summary>
    public ReadOnlySpan<byte> GroupName(uint id) => [];

    private bool Add(ReadOnlySpan<byte> line)
    {
        const int MaxName = 255;
        int nameEnd = line.IndexOfAny((byte)' ', (byte)'\t');
        if (nameEnd is <= 0 or > MaxName)
        {
            return false;
        }

        ReadOnlySpan<byte> rest = line[nameEnd..].Trim(" \t\r"u8);
        int idEnd = rest.IndexOfAny((byte)' ', (byte)'\t');
        if (!int.TryParse(idEnd < 0 ? rest : rest[..idEnd], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int id))
        {
            return false;
        }

        _names[id] = line[..nameEnd].ToArray();
        return true;
    }

    private Dictionary<string, int> IdsByName()
    {
        Dictionary<string, int> ids = new(_names.Count, StringComparer.Ordinal);
        foreach ((int id, byte[] name) in _names)
        {
            string key = Encoding.Latin1.GetString(name);
            ids[key] = ids.ContainsKey(key) ? 0 : id;
        }

        return ids;
    }
}
