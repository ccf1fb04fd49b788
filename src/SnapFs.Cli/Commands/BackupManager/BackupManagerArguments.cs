using System.CommandLine;

namespace SnapFs.Cli.Commands.BackupManager;

/// <summary>Arguments that its commands share.</summary>
internal static class BackupManagerArguments
{
    public static Argument<string> Date() => new("date")
    {
        HelpName = "YYYY.MM.DD",
        Description = "The day.",
    };

    public static Argument<string> Name() => new("name")
    {
        HelpName = "NAME",
        Description = "The volume.",
    };
}
