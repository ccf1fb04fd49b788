using SnapFs.Cli.Output;

namespace SnapFs.Cli.Hosting;

/// <summary>All that the program takes from its process, so that tests can give it another.</summary>
internal sealed record CliEnvironment
{
    /// <summary>The environment variables; null if one is unset.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>Standard input.</summary>
    public required Func<Stream> OpenInput { get; init; }

    /// <summary>Standard output, for bytes.</summary>
    public required Stream Output { get; init; }

    /// <summary>Standard error.</summary>
    public required Stream Error { get; init; }

    /// <summary>Whether a person reads standard output.</summary>
    public required bool OutputIsTerminal { get; init; }

    /// <summary>Whether a person reads standard error.</summary>
    public required bool ErrorIsTerminal { get; init; }

    /// <summary>Asks for a line without echo; null if there is no terminal to ask on.</summary>
    public required Func<string, byte[]?> Prompt { get; init; }

    /// <summary>The name of this machine.</summary>
    public Func<string> HostName { get; init; } = Hosting.HostName.OfThisMachine;

    /// <summary>The time, for what is relative to now.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The environment of this process.</summary>
    public static CliEnvironment OfProcess() => new()
    {
        Variable = Environment.GetEnvironmentVariable,
        OpenInput = OpenStandardInput,
        Output = new StandardStream(1),
        Error = new StandardStream(2),
        OutputIsTerminal = Interop.Libc.isatty(1) == 1,
        ErrorIsTerminal = Interop.Libc.isatty(2) == 1,
        Prompt = Secrets.TerminalPrompt.Ask,
    };

    /// <summary>Whoever is started with a closed input must not wait for what the runtime has opened in its place.</summary>
    private static Stream OpenStandardInput() => StandardDescriptors.IsOpen(0)
        ? Console.OpenStandardInput()
        : throw new JobException(ErrorKind.Environment, "standard input is closed");

    /// <summary>Columns of the terminal behind standard error, 80 if it does not say.</summary>
    public static int TerminalColumns()
    {
        Interop.Libc.WindowSize size = default;
        return Interop.Libc.ioctl(2, Interop.Libc.TIOCGWINSZ, ref size) == 0 && size.Columns > 0 ? size.Columns : 80;
    }

    /// <summary>A variable's value; null if it is unset or empty.</summary>
    public string? NonEmpty(string name) => Variable(name) is { Length: > 0 } value ? value : null;
}
