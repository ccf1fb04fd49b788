namespace SnapFs.Testing.Processes;

/// <summary>Runs programs to their end.</summary>
public static class ProcessRunner
{
    /// <summary>Runs a program and collects what it says. Never throws for an exit code.</summary>
    /// <exception cref="TimeoutException">It ran longer than allowed.</exception>
    public static ProcessResult Run(string program, IEnumerable<string> arguments, ProcessOptions? options = null)
    {
        using RunningProcess process = RunningProcess.Start(program, arguments, options ?? new ProcessOptions());
        return process.Wait();
    }

    /// <summary>Runs a line of shell script with <c>sh -euc</c>.</summary>
    public static ProcessResult Shell(string script, ProcessOptions? options = null) =>
        Run("sh", ["-euc", script], options);

    /// <summary>Whether a program of this name is in PATH.</summary>
    public static bool Exists(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(':', StringSplitOptions.RemoveEmptyEntries)
        .Any(directory => File.Exists(Path.Combine(directory, program)));
}
