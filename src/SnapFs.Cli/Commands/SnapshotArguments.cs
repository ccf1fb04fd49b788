using System.CommandLine;

namespace SnapFs.Cli.Commands;

/// <summary>Arguments that name snapshots, worded alike everywhere.</summary>
internal static class SnapshotArguments
{
    /// <summary>What a reference is, for help.</summary>
    public const string Note =
        "REF is latest, 8 or more digits of an id, host:source (its latest), or host:source@TIME, where TIME may be "
        + @"cut short (2026-11-21). REF:/path is a part of it; in REF:\/path, \\ is a backslash and \xNN a byte. latest is "
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
