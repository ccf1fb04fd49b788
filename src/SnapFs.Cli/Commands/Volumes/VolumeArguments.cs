using System.CommandLine;
using SnapFs.Afs.Importing;

namespace SnapFs.Cli.Commands.Volumes;

/// <summary>Arguments and options that several commands of volumes have.</summary>
internal static class VolumeArguments
{
    /// <summary>The note that explains them.</summary>
    public const string Note = "DATE is a day in UTC (2026.11.21 or 2026-11-21), a time (2026.11.21T02-20-00Z) or latest; what "
        + "counts is the last dump up to its end. VOLUME is a name, with or without .backup, or the number of the volume or of a clone "
        + "of it.";

    /// <summary>Where the snapshot of a volume has what is in the volume.</summary>
    public static byte[] Files { get; } = [(byte)'/', .. VolumeLayout.Files.Span];

    public static Argument<string> Date(string name = "date") => new(name)
    {
        HelpName = name.ToUpperInvariant(),
        Description = "The day, the time, or latest.",
    };

    public static Argument<string> Volume() => new("volume")
    {
        HelpName = "VOLUME",
        Description = "The volume.",
    };

    public static Option<string?> Cell() => new("--cell")
    {
        Description = "The cell of the volume, if a repository holds several.",
        HelpName = "CELL",
    };
}
