namespace SnapFs.Testing.Processes;

/// <summary>What a finished program left behind.</summary>
/// <param name="CommandLine">What was run, for messages.</param>
/// <param name="ExitCode">Its exit code; 128 + signal number if a signal ended it.</param>
/// <param name="Output">All of its standard output.</param>
/// <param name="Error">All of its standard error.</param>
public sealed record ProcessResult(string CommandLine, int ExitCode, string Output, string Error)
{
    /// <summary>Returns itself if the program ended with the expected code.</summary>
    /// <exception cref="InvalidOperationException">It did not; the message holds everything it said.</exception>
    public ProcessResult Expect(int exitCode = 0) => ExitCode == exitCode
        ? this
        : throw new InvalidOperationException($"expected exit code {exitCode} of {this}");

    /// <inheritdoc/>
    public override string ToString() =>
        $"{CommandLine}\nexit code {ExitCode}\nstdout: {Output.TrimEnd()}\nstderr: {Error.TrimEnd()}";
}
