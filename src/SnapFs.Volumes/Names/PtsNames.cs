using System.Globalization;
using System.Text;
using SnapFs.Trees;

namespace SnapFs.Volumes.Names;

/// <summary>Names of protection server ids, as <c>pts listentries -users -groups</c> prints them: a name and an id begin each
/// line. Immutable.</summary>
public sealed class PtsNames : IOwnerNames
{
    /// <summary>The longest list, bytes.</summary>
    public const int MaxLength = 64 * 1024 * 1024;

    private readonly Dictionary<int, byte[]> _names = [];

    private PtsNames(byte[] text) => Text = text;

    /// <summary>No names.</summary>
    public static PtsNames None { get; } = new([]);

    /// <summary>The text that was parsed.</summary>
    public ReadOnlyMemory<byte> Text { get; }

    /// <summary>Ids that have a name.</summary>
    public int Count => _names.Count;

    /// <summary>Reads a list; lines that do not begin with a name and an id, such as the heading, are passed over.</summary>
    /// <exception cref="InvalidEncodingException">It has no line with a name and an id, or is too long.</exception>
    public static PtsNames Parse(byte[] text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MaxLength)
        {
            throw new InvalidEncodingException($"a list of names has at most {MaxLength} bytes");
        }

        PtsNames names = new(text);
        foreach (Range range in text.AsSpan().Split((byte)'\n'))
        {
            names.Add(text.AsSpan(range));
        }

        return names.Count > 0
            ? names
            : throw new InvalidEncodingException("no line begins with a name and an id, as pts listentries prints them");
    }

    /// <summary>The name of a user or group; null if it has none.</summary>
    public string? NameOf(int id) => _names.TryGetValue(id, out byte[]? name) ? Encoding.UTF8.GetString(name) : null;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> UserName(uint id) => _names.TryGetValue(unchecked((int)id), out byte[]? name) ? name : [];

    /// <summary>Nothing: the group of a vnode is one of Unix, which no protection server knows.</summary>
    public ReadOnlySpan<byte> GroupName(uint id) => [];

    private void Add(ReadOnlySpan<byte> line)
    {
        const int MaxName = 255;
        int nameEnd = line.IndexOfAny((byte)' ', (byte)'\t');
        if (nameEnd is <= 0 or > MaxName)
        {
            return;
        }

        ReadOnlySpan<byte> rest = line[nameEnd..].Trim(" \t\r"u8);
        int idEnd = rest.IndexOfAny((byte)' ', (byte)'\t');
        if (int.TryParse(idEnd < 0 ? rest : rest[..idEnd], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int id))
        {
            _names[id] = line[..nameEnd].ToArray();
        }
    }
}
