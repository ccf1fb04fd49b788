using System.CommandLine;

namespace SnapFs.Cli.Hosting;

/// <summary>A command with what its help and its manual page say beyond the options, and with what it does.</summary>
internal sealed class CliCommand(string name, string description) : Command(name, description)
{
    /// <summary>Enough to get from one step to the next.</summary>
    public static readonly TimeSpan ShortTimeToEnd = TimeSpan.FromSeconds(3);

    /// <summary>Enough to store what was put, to take back what <c>vos</c> has begun, or to unmount.</summary>
    public static readonly TimeSpan LongTimeToEnd = TimeSpan.FromSeconds(30);

    /// <summary>Does the work; null for a command that only groups others.</summary>
    public Func<CommandContext, CancellationToken, Task<ExitCode>>? Run { get; init; }

    /// <summary>Whether its exit code 1 is an answer (something differs, nothing was found), so that a failure has to be told
    /// from it.</summary>
    public bool AnswersWithOne { get; init; }

    /// <summary>How long it may take to end once it was stopped. One that takes longer waits for a disk or a server that does
    /// not answer, and is left there.</summary>
    public TimeSpan TimeToEnd { get; init; } = ShortTimeToEnd;

    /// <summary>What is said of a command that does not say more.</summary>
    public const string Stopped = "stopped";

    /// <summary>What is said when it was stopped: what has become of its work.</summary>
    public string WhenStopped { get; init; } = Stopped;

    /// <summary>Paragraphs below the description, each one line that is wrapped where it is shown.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>At least one for a command that does something.</summary>
    public IReadOnlyList<Example> Examples { get; init; } = [];

    /// <summary>Shown after the arguments in the usage line: <c>[-- COMMAND…]</c>.</summary>
    public string? TrailingUsage { get; init; }

    /// <summary>Whether words after <c>--</c> are handed over as they are instead of being parsed.</summary>
    public bool TakesTrailingCommand => TrailingUsage is not null;
}
