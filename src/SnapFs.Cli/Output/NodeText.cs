using System.Globalization;
using SnapFs.Jobs.Browsing;
using SnapFs.Trees;

namespace SnapFs.Cli.Output;

/// <summary>Nodes as lines of text.</summary>
internal static class NodeText
{
    /// <summary>A line as of <c>ls -l</c>.</summary>
    public static string Long(ReadOnlySpan<byte> shownName, in BrowsedNode node, TimeZoneInfo zone)
    {
        NodeView view = node.View;
        string size = view.Type is NodeType.BlockDevice or NodeType.CharacterDevice
            ? string.Create(CultureInfo.InvariantCulture, $"{view.DeviceNumber >> 32},{view.DeviceNumber & uint.MaxValue}")
            : view.Size.ToString(CultureInfo.InvariantCulture);
        string target = view.Type == NodeType.Symlink ? $" -> {SafeText.Of(view.Target)}" : "";
        return $"{Permissions(in view)} {Owner(in node),-8} {Group(in node),-8} "
            + $"{size,12} {Units.Time(view.Modified, zone)} {SafeText.Of(shownName)}{target}";
    }

    /// <summary>Ten characters as of <c>ls -l</c>.</summary>
    public static string Permissions(in NodeView node)
    {
        Span<char> text = stackalloc char[10];
        text[0] = Letter(node.Type);
        const string All = "rwxrwxrwx";
        for (int bit = 0; bit < 9; bit++)
        {
            text[bit + 1] = (node.Mode & (0x100u >> bit)) != 0 ? All[bit] : '-';
        }

        Special(text, 3, (node.Mode & 0x800) != 0, 's');
        Special(text, 6, (node.Mode & 0x400) != 0, 's');
        Special(text, 9, (node.Mode & 0x200) != 0, 't');
        return new string(text);
    }

    /// <summary>The letter of <c>ls -l</c> and of <c>find --type</c>, but <c>-</c> for a file.</summary>
    public static char Letter(NodeType type) => type switch
    {
        NodeType.Directory => 'd',
        NodeType.Symlink => 'l',
        NodeType.CharacterDevice => 'c',
        NodeType.BlockDevice => 'b',
        NodeType.Fifo => 'p',
        NodeType.Socket => 's',
        _ => '-',
    };

    /// <summary>The word for a type in JSON.</summary>
    public static string KindOf(NodeType type) => type switch
    {
        NodeType.Directory => "directory",
        NodeType.Symlink => "symlink",
        NodeType.CharacterDevice => "characterDevice",
        NodeType.BlockDevice => "blockDevice",
        NodeType.Fifo => "fifo",
        NodeType.Socket => "socket",
        _ => "file",
    };

    /// <summary>A mode in four octal digits.</summary>
    public static string Octal(uint mode) => Convert.ToString(mode, 8).PadLeft(4, '0');

    /// <summary>The name of the owner, or its number if it had no name.</summary>
    public static string Owner(in BrowsedNode node) => NameOr(node.User, node.View.UserId);

    /// <summary>The name of the group, or its number if it had no name.</summary>
    public static string Group(in BrowsedNode node) => NameOr(node.Group, node.View.GroupId);

    private static string NameOr(ReadOnlySpan<byte> name, uint id) =>
        name.IsEmpty ? id.ToString(CultureInfo.InvariantCulture) : SafeText.Of(name);

    private static void Special(Span<char> text, int position, bool isSet, char letter)
    {
        if (isSet)
        {
            text[position] = text[position] == '-' ? char.ToUpperInvariant(letter) : letter;
        }
    }
}
