using System.CommandLine;
using SnapFs.Cli.Output;

namespace SnapFs.Cli.Hosting;

/// <summary>What a command works with.</summary>
internal sealed class CommandContext
{
    /// <summary>The parsed command line.</summary>
    public required ParseResult Parse { get; init; }

    /// <summary>The values of the global options.</summary>
    public required Settings Settings { get; init; }

    /// <summary>The process around us.</summary>
    public required CliEnvironment Environment { get; init; }

    /// <summary>Where results go.</summary>
    public required CommandOutput Output { get; init; }

    /// <summary>The words after <c>--</c>; null if there was no <c>--</c>.</summary>
    public IReadOnlyList<string>? TrailingCommand { get; init; }

    /// <summary>All arguments as they were given.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }
}
