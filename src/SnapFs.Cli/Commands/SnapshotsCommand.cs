using System.CommandLine;
using SnapFs.Cli.Hosting;
using SnapFs.Cli.Output;
using SnapFs.Jobs.Browsing;
using SnapFs.Jobs.Connections;
using SnapFs.Jobs.References;
using SnapFs.Posix.Files;
using SnapFs.Repository.Reading;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Cli.Commands;

/// <summary><c>snapfs snapshots</c>: lists the snapshots of a repository.</summary>
internal static class SnapshotsCommand
{
    /// <summary>Digits of an id of restic and borg.</summary>
    private const int IdDigits = 64;
    private const int ShownDigits = 8;

    public static CliCommand Create()
    {
        SnapshotFilter filter = new();
        Flags flags = new();
        return new CliCommand("snapshots", "List the snapshots in a repository, oldest first.")
        {
            Run = (context, cancellationToken) => RunAsync(context, filter, flags, cancellationToken),
            Options = { filter.Options, flags.All },
            Notes = ["With --verbose also the paths that were backed up; --json has them always."],
            Examples =
            [
                new("snapfs snapshots", "List all of them"),
                new("snapfs snapshots --group --since 2026-11-01", "Those of this month, machine by machine, with their paths"),
                new("snapfs snapshots --host web1 --latest 1", "The newest of each source of one machine"),
                new("snapfs snapshots --path /etc/nginx", "Those that a file below it may be in"),
                new("snapfs snapshots --tag monthly --json", "Those with a tag, for a program"),
            ],
        };
    }

    private static async Task<ExitCode> RunAsync(
        CommandContext context, SnapshotFilter filter, Flags flags, CancellationToken cancellationToken)
    {
        Timestamp? since = context.Parse.GetValue(flags.Since) is { } time ? Times.Parse(time, flags.Since.Name, context.Zone) : null;
        byte[]? path = context.Parse.GetValue(flags.Path) is { } text ? RawPath.Normalize(RawText.ToBytes(text), "/"u8) : null;
        await using RepositoryConnection session = await context.ConnectAsync(cancellationToken).ConfigureAwait(false);
        using RepositoryReader reader = await session.OpenReaderAsync(cancellationToken).ConfigureAwait(false);
        SnapshotPaths paths = new(reader, cancellationToken);
        List<SnapshotHead> snapshots =
        [
            .. filter.Apply(
                context.Parse,
                [.. reader.Snapshots.Where(s => !(s.Started < since) && (path is null || paths.Covers(s, path)))]),
        ];
        if (context.Output.IsJson)
        {
            foreach (SnapshotHead snapshot in snapshots)
            {
                context.Output.Json("snapshot", json =>
                {
                    JsonFields.Snapshot(json, snapshot);
                    JsonFields.Paths(json, paths.Of(snapshot));
                });
            }
        }
        else if (context.Parse.GetValue(flags.Group))
        {
            foreach (IGrouping<(string Host, string Source), SnapshotHead> job in snapshots
                .GroupBy(s => (s.Host, s.Source))
                .OrderBy(job => job.Key.Host, StringComparer.Ordinal)
                .ThenBy(job => job.Key.Source, StringComparer.Ordinal))
            {
                context.Output.Line($"{SafeText.Of(job.Key.Host)}:{SafeText.Of(job.Key.Source)}  {Text(paths.Of(job.Last()))}".TrimEnd());
                context.Output.Write(Table([.. job], paths: null, isOfOneJob: true, context.Zone));
            }
        }
        else if (snapshots.Count > 0)
        {
            context.Output.Write(Table(snapshots, context.Output.IsVerbose ? paths : null, isOfOneJob: false, context.Zone));
        }

        context.Output.Summary(Units.Count(snapshots.Count, "snapshot"));
        return Problems.Report(context.Output, reader.Problems);
    }

    private static string Table(List<SnapshotHead> snapshots, SnapshotPaths? paths, bool isOfOneJob, TimeZoneInfo zone)
    {
        string[] job = isOfOneJob ? [] : ["Host", "Source"];
        TextTable table = new(["ID", "Time", .. job, ">Files", ">Size", ">Stored", "Tags", .. paths is null ? [] : (string[])["Paths"]]);
        foreach (SnapshotHead snapshot in snapshots)
        {
            string tags = string.Join(",", snapshot.Tags.Select(Shown));
            table.Add(
            [
                SnapshotNames.ShortId(snapshot),
                Units.Time(snapshot.Started, zone),
                .. isOfOneJob ? job : [SafeText.Of(snapshot.Host), SafeText.Of(snapshot.Source)],
                Units.Count(snapshot.Statistics.Files),
                Units.Bytes(snapshot.Statistics.Bytes),
                Units.Bytes(snapshot.Statistics.BytesStored),
                snapshot.IsPartial ? $"[partial] {tags}".TrimEnd() : tags,
                .. paths is null ? [] : (string[])[Text(paths.Of(snapshot))],
            ]);
        }

        string text = table.ToString();
        return isOfOneJob ? "  " + text.TrimEnd('\n').Replace("\n", "\n  ", StringComparison.Ordinal) + "\n" : text;
    }

    /// <summary>An id of another program is cut to what that shows of it.</summary>
    private static string Shown(string tag)
    {
        int colon = tag.IndexOf(':', StringComparison.Ordinal);
        bool hasId = colon > 0 && tag.Length - colon - 1 == IdDigits && tag[(colon + 1)..].All(char.IsAsciiHexDigitLower);
        return SafeText.Of(hasId ? tag[..(colon + 1 + ShownDigits)] : tag);
    }

    private static string Text(IReadOnlyList<ReadOnlyMemory<byte>> paths) =>
        string.Join(" ", paths.Select(path => SafeText.Of(path.Span)));

    /// <summary>The options of its own.</summary>
    private sealed class Flags
    {
        public Option<string?> Since { get; } = new("--since")
        {
            Description = "Only snapshots begun at this time or later: 2026-11-21 or 2026-11-21T02:20:00Z, in UTC.",
            HelpName = "TIME",
        };

        public Option<string?> Path { get; } = new("--path")
        {
            Description = "Only snapshots for which this absolute path, or a directory above it, was backed up.",
            HelpName = "PATH",
        };

        public Option<bool> Group { get; } = new("--group")
        {
            Description = "Host by host and source by source, with their paths.",
        };

        public IReadOnlyList<Option> All => [Since, Path, Group];
    }
}
