using System.Text;
using SnapFs.Cli.Hosting;

namespace SnapFs.Cli.Tests;

/// <summary>Runs command lines in this process, with an environment of their own.</summary>
internal sealed class TestCli
{
    /// <summary>The name of the machine that the program runs on.</summary>
    public const string HostName = "here";

    /// <summary>The variables that the program sees.</summary>
    public Dictionary<string, string> Variables { get; } = new() { ["HOME"] = "/nonexistent" };

    /// <summary>What a person types at prompts; an empty queue is a person who is not there.</summary>
    public Queue<string> Answers { get; } = new();

    /// <summary>The time, and where it is.</summary>
    public TimeProvider Clock { get; set; } = TimeProvider.System;

    /// <summary>What arrives on standard input.</summary>
    public byte[] Input { get; set; } = [];

    /// <summary>Standard output of the last run.</summary>
    public string Output => Encoding.UTF8.GetString(OutputBytes);

    /// <summary>Standard error of the last run.</summary>
    public string Error => Encoding.UTF8.GetString(ErrorBytes);

    /// <summary>The bytes of standard output of the last run.</summary>
    public byte[] OutputBytes { get; private set; } = [];

    public CliEnvironment Environment => In(Stream.Null, Stream.Null);

    private byte[] ErrorBytes { get; set; } = [];

    public Task<ExitCode> RunAsync(params string[] arguments) => RunAsync(arguments, null);

    /// <summary>Runs a command line that may be stopped as by Ctrl-C.</summary>
    public Task<ExitCode> RunAsync(string[] arguments, CancellationToken cancellationToken) =>
        RunAsync(arguments, null, cancellationToken);

    /// <summary>Runs a command line whose standard output fails.</summary>
    public Task<ExitCode> RunWithOutputAsync(Stream failing, params string[] arguments) => RunAsync(arguments, failing);

    /// <summary>Runs a command line whose standard output fails or waits, and that may be stopped.</summary>
    public async Task<ExitCode> RunAsync(
        string[] arguments, Stream? failing, CancellationToken cancellationToken = default)
    {
        using MemoryStream output = new();
        using MemoryStream error = new();
        CommandHost host = new(In(failing ?? output, error));
        ExitCode code = await host.RunAsync(arguments, () => ExitCode.Interrupted, cancellationToken);
        OutputBytes = output.ToArray();
        ErrorBytes = error.ToArray();
        return code;
    }

    private CliEnvironment In(Stream output, Stream error) => new()
    {
        Variable = name => Variables.GetValueOrDefault(name),
        OpenInput = () => new MemoryStream(Input),
        Clock = Clock,
        Output = output,
        Error = error,
        OutputIsTerminal = false,
        ErrorIsTerminal = false,
        HostName = () => HostName,
        Prompt = _ => Answers.TryDequeue(out string? answer) ? Encoding.UTF8.GetBytes(answer) : null,
    };
}
