using System.CommandLine;
using System.IO.Enumeration;
using SnapFs.Cli.Hosting;
using SnapFs.Cli.Output;
using SnapFs.Trees;

namespace SnapFs.Cli.Commands;

/// <summary>Which nodes <c>snapfs find</c> looks for.</summary>
internal sealed class NodeTest
{
    private const string TypeLetters = "fdlbcps";

    private readonly string _pattern;
    private readonly bool _ignoreCase;
    private readonly string? _types;
    private readonly long? _minSize;
    private readonly long? _maxSize;
    private readonly Timestamp? _newer;
    private readonly Timestamp? _older;

    private NodeTest(CommandContext context, string pattern, FindOptions options)
    {
        ParseResult parse = context.Parse;
        _pattern = pattern;
        _ignoreCase = parse.GetValue(options.IgnoreCase);
        _types = parse.GetValue(options.Type);
        if (_types is not null && (_types.Length == 0 || _types.Any(t => !TypeLetters.Contains(t))))
        {
            throw new UsageException($"--type takes letters of {TypeLetters}, not '{SafeText.Of(_types)}'");
        }

        if (parse.GetValue(options.Size) is { } size)
        {
            if (size.Length < 2 || size[0] is not ('+' or '-') || !Units.TryParseBytes(size[1..], out long bytes))
            {
                throw new UsageException($"--size takes +N or -N, such as +10M, not '{SafeText.Of(size)}'");
            }

            _minSize = size[0] == '+' ? bytes : null;
            _maxSize = size[0] == '-' ? bytes : null;
        }

        _newer = Time(parse.GetValue(options.Newer), "--newer", context.Zone);
        _older = Time(parse.GetValue(options.Older), "--older", context.Zone);
    }

    /// <summary>Whether the whole path is looked at, not the name alone.</summary>
    public bool DependsOnPath => _pattern.Contains('/');

    /// <summary>Reads the options.</summary>
    /// <exception cref="UsageException">A value makes no sense.</exception>
    public static NodeTest Create(CommandContext context, string pattern, FindOptions options) =>
        new(context, pattern, options);

    /// <summary>Whether a node is one that is looked for.</summary>
    public bool Matches(ReadOnlySpan<byte> path, in NodeView node)
    {
        if (_types is not null && !_types.Contains(node.Type == NodeType.File ? 'f' : NodeText.Letter(node.Type)))
        {
            return false;
        }

        if ((_minSize is not null || _maxSize is not null)
            && (node.Type != NodeType.File || node.Size < _minSize || node.Size > _maxSize))
        {
            return false;
        }

        if (node.Modified < _newer || node.Modified >= _older)
        {
            return false;
        }

        ReadOnlySpan<byte> subject = DependsOnPath ? path : path[(path.LastIndexOf((byte)'/') + 1)..];
        return FileSystemName.MatchesSimpleExpression(_pattern, RawText.FromBytes(subject), _ignoreCase);
    }

    private static Timestamp? Time(string? text, string option, TimeZoneInfo zone) =>
        text is null ? null : Times.Parse(text, option, zone);
}
