using System.CommandLine;
using SnapFs.Snapshots;

namespace SnapFs.Cli.Commands;

/// <summary>The options that choose among snapshots.</summary>
internal sealed class SnapshotFilter
{
    private readonly Option<string[]> _hosts = new("--host")
    {
        Description = "Only snapshots of this host; may be given more than once.",
        HelpName = "HOST",
    };

    private readonly Option<string[]> _sources = new("--source")
    {
        Description = "Only snapshots of this source; may be given more than once.",
        HelpName = "SOURCE",
    };

    private readonly Option<string[]> _tags = new("--tag")
    {
        Description = "Only snapshots with this tag; given more than once, with all of them.",
        HelpName = "TAG",
    };

    private readonly Option<int?> _latest = new("--latest")
    {
        Description = "Only the latest N of each host and source.",
        HelpName = "N",
    };

    /// <summary>Those that choose by host and source alone.</summary>
    public IReadOnlyList<Option> Jobs => [_hosts, _sources];

    /// <summary>The options, for a command to add.</summary>
    public IReadOnlyList<Option> Options => [_hosts, _sources, _tags, _latest];

    /// <summary>The host, if exactly one is chosen.</summary>
    public string? OnlyHost(ParseResult parse) => parse.GetValue(_hosts) is [string host] ? host : null;

    /// <summary>The snapshots that the options choose, by start time.</summary>
    public List<SnapshotHead> Apply(ParseResult parse, IReadOnlyList<SnapshotHead> snapshots)
    {
        string[] hosts = parse.GetValue(_hosts) ?? [];
        string[] sources = parse.GetValue(_sources) ?? [];
        string[] tags = parse.GetValue(_tags) ?? [];
        IEnumerable<SnapshotHead> chosen = snapshots.Where(s =>
            (hosts.Length == 0 || hosts.Contains(s.Host))
            && (sources.Length == 0 || sources.Contains(s.Source))
            && tags.All(tag => s.Tags.Contains(tag)));
        if (parse.GetValue(_latest) is { } count)
        {
            if (count < 1)
            {
                throw new UsageException("--latest needs a number of at least 1");
            }

            chosen = chosen
                .GroupBy(s => (s.Host, s.Source))
                .SelectMany(group => group.OrderByDescending(s => s.Started).Take(count));
        }

        return [.. chosen.Order(SnapshotHead.ByTime)];
    }
}
