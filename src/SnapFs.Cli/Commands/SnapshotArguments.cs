using System.CommandLine;

namespace SnapFs.Cli.Commands;

/// <summary>Arguments that name snapshots, worded alike everywhere.</summary>
internal static class SnapshotArguments
{
    /// <summary>What a reference is, for help.</summary>
    public const string Note =
        "REF is latest, 8 or more digits of an id, or host:source (its latest). host:source@TIME is what was the latest then: the "
        + "newest at or before TIME, which may be cut short and then means its end (2026-11-21, 2026-11-21T14), in UTC, with "
        + "--local-time where this machine is, or be yesterday there; @TIME and yesterday alone are what latest was then. latest~2 "
        + "and host:source~2 are two "
        + @"before the latest. REF:/path is a part of it; in REF:\/path, \\ is a backslash and \xNN a byte. latest is "
        + "the newest snapshot of this host, or of the only host there is; of the latest snapshots of several sources, "
        + "latest:/path is the newest that holds the path.";

    /// <summary>One reference.</summary>
    public static Argument<string> One(string name, string description) =>
        new(name) { HelpName = name.ToUpperInvariant(), Description = description };

    /// <summary>The option that says whose newest snapshot <c>latest</c> is.</summary>
    public static Option<string?> Host() => new("--host")
    {
        Description = "The host whose newest snapshot latest is, instead of this one.",
        HelpName = "HOST",
    };
}
