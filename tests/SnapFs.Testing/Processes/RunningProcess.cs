using System.Diagnostics;

namespace SnapFs.Testing.Processes;

/// <summary>A program started in the background. Disposing kills it if it still runs.</summary>
public sealed class RunningProcess : IDisposable
{
    /// <summary>How long the streams may stay open after the program itself has ended.</summary>
    private static readonly TimeSpan StreamGrace = TimeSpan.FromSeconds(10);

    private readonly Process process;
    private readonly Task<string> output;
    private readonly Task<string> error;
    private readonly TimeSpan timeout;

    private RunningProcess(Process process, string commandLine, TimeSpan timeout)
    {
        this.process = process;
        this.timeout = timeout;
        CommandLine = commandLine;
        output = process.StandardOutput.ReadToEndAsync();
        error = process.StandardError.ReadToEndAsync();
    }

    /// <summary>What was started, for messages.</summary>
    public string CommandLine { get; }

    /// <summary>The process id.</summary>
    public int Id => process.Id;

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => process.HasExited;

    /// <summary>Starts a program found by path or in PATH.</summary>
    public static RunningProcess Start(string program, IEnumerable<string> arguments, ProcessOptions options)
    {
        ProcessStartInfo start = new(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = options.WorkingDirectory ?? "",
        };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // Tools that translate or format by locale would make tests depend on the machine.
        start.Environment["LC_ALL"] = "C.UTF-8";
        foreach ((string name, string? value) in options.Environment)
        {
            start.Environment[name] = value;
        }

        Process process = Process.Start(start)
            ?? throw new InvalidOperationException($"{program} did not start");
        RunningProcess running = new(process, program + " " + string.Join(' ', start.ArgumentList), options.Timeout);
        running.Feed(options.Input);
        return running;
    }

    /// <summary>Sends SIGKILL, as a crash or the kernel's out-of-memory killer would.</summary>
    public void Kill() => process.Kill();

    /// <summary>Sends a signal by name, for example <c>TERM</c>.</summary>
    public void Signal(string name) =>
        ProcessRunner.Run("kill", ["-" + name, process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);

    /// <summary>Waits for the end.</summary>
    /// <exception cref="TimeoutException">It ran longer than allowed and was killed, or a child of it kept its output
    /// open, which a program that goes to the background must not do.</exception>
    public ProcessResult Wait()
    {
        if (!process.WaitForExit(timeout))
        {
            process.Kill(entireProcessTree: true);
            Task.WaitAll([output, error], StreamGrace);
            throw new TimeoutException(
                $"{CommandLine} did not end within {timeout}; so far: {TextOf(output)} {TextOf(error)}");
        }

        if (!Task.WaitAll([output, error], StreamGrace))
        {
            throw new TimeoutException($"{CommandLine} ended with {process.ExitCode} but its output stays open");
        }

        return new ProcessResult(CommandLine, process.ExitCode, output.Result, error.Result);
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }

        process.Dispose();
    }

    private static string TextOf(Task<string> stream) => stream.IsCompletedSuccessfully ? stream.Result : "(still open)";

    private void Feed(string input)
    {
        try
        {
            process.StandardInput.Write(input);
            process.StandardInput.Close();
        }
        catch (IOException) when (process.HasExited || input.Length > 0)
        {
            // A program may end without reading all of its input; its exit code tells the story.
        }
    }
}
