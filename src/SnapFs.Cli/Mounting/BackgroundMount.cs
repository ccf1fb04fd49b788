using System.ComponentModel;
using System.Diagnostics;
using SnapFs.Cli.Hosting;
using SnapFs.Posix.Processes;

namespace SnapFs.Cli.Mounting;

/// <summary>
/// The side of a mount that waits: starts this program again, hands the key over by a pipe, and returns when the other
/// process says that it is ready.
/// </summary>
internal sealed class BackgroundMount : IDisposable
{
    /// <summary>The hidden option that makes a process the one behind a mount.</summary>
    public const string ChildOption = "--serve";

    /// <summary>What the other process writes when the mount can be used.</summary>
    public const string Ready = "ready";

    /// <summary>What the line begins with that it writes when it fails: then the kind of the error and the message.</summary>
    public const string Failed = "failed ";

    private readonly Process _process;
    private bool _isReady;

    private BackgroundMount(Process process) => _process = process;

    /// <summary>Starts the process. It begins its work while the key is still sought, and waits for it.</summary>
    /// <param name="request">What to mount.</param>
    public static BackgroundMount Launch(MountRequest request)
    {
        KeepDescriptorsHere();
        try
        {
            // The key comes by the pipe.
            return new BackgroundMount(ChildProcess.Start(StartInfoFor(request)));
        }
        catch (Win32Exception e)
        {
            throw new JobException(
                ErrorKind.Environment, $"the process behind the mount cannot be started: {SystemText.Of(e)}; try mount -f");
        }
    }

    /// <summary>Gives the process its key and waits for its word.</summary>
    /// <param name="key">The text of a key file.</param>
    /// <param name="cancellationToken">Stops waiting; disposal then stops the other process.</param>
    /// <exception cref="JobException">It cannot mount; the message is what it said.</exception>
    public async Task RunAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken)
    {
        try
        {
            await _process.StandardInput.BaseStream.WriteAsync(key, cancellationToken).ConfigureAwait(false);
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended already; what it wrote says why.
        }

        string? line = await _process.StandardOutput.ReadLineAsync(cancellationToken).ConfigureAwait(false);
        _isReady = line == Ready;
        if (!_isReady)
        {
            await _process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            throw Explain(line, _process.ExitCode);
        }
    }

    /// <summary>Lets go of the process; if it has not said that it is ready, stops it.</summary>
    public void Dispose()
    {
        if (!_isReady)
        {
            ChildProcess.Terminate(_process);
        }

        _process.Dispose();
    }

    /// <summary>
    /// What a script has open, a lock for example, would else stay open for as long as the mount. An older kernel cannot do
    /// this at once; there it stays open, as with other daemons.
    /// </summary>
    private static void KeepDescriptorsHere() =>
        _ = Interop.Libc.syscall(Interop.Libc.SYS_close_range, 3, uint.MaxValue, Interop.Libc.CLOSE_RANGE_CLOEXEC);

    private static JobException Explain(string? line, int exitCode)
    {
        string[] words = line?.Split(' ', 3) ?? [];
        if (words.Length == 3
            && line!.StartsWith(Failed, StringComparison.Ordinal) // three words were split from it
            && Enum.TryParse(words[1], out ErrorKind kind))
        {
            return new JobException(kind, words[2]);
        }

        return new JobException(
            ErrorKind.Environment,
            $"the process behind the mount ended with code {exitCode} before it was ready; run mount -f to see why");
    }

    private static ProcessStartInfo StartInfoFor(MountRequest request)
    {
        string program = Environment.ProcessPath
            ?? throw new JobException(ErrorKind.Environment, "/proc is not mounted, so the program cannot find itself; mount it");
        ProcessStartInfo start = new(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
        {
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "snapfs.dll"));
        }

        foreach (string argument in request.ToArguments(ChildOption))
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment[RuntimePipes.Variable] = "0"; // it will hold a key for long

        return start;
    }
}
