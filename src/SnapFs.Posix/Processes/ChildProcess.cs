using System.ComponentModel;
using System.Diagnostics;

namespace SnapFs.Posix.Processes;

/// <summary>Starts other programs. None of them gets a secret of this one, nor a way to one.</summary>
public static class ChildProcess
{
    private const int TerminateSignal = 15;

    /// <summary>Starts a program without the variables of <see cref="SecretVariables"/>.</summary>
    /// <exception cref="Win32Exception">It cannot be started.</exception>
    public static Process Start(ProcessStartInfo start)
    {
        foreach (string name in SecretVariables.All)
        {
            start.Environment.Remove(name);
        }

        start.UseShellExecute = false;
        return Process.Start(start) ?? throw new Win32Exception();
    }

    /// <summary>Asks a program to end.</summary>
    public static void Terminate(Process process)
    {
        if (!process.HasExited)
        {
            _ = Interop.Libc.kill(process.Id, TerminateSignal);
        }
    }

    /// <summary>Asks a program to end, and ends it with all that it has started if it does not in time.</summary>
    /// <param name="process">The program.</param>
    /// <param name="grace">The time that it has to clean up.</param>
    public static async Task EndAsync(Process process, TimeSpan grace)
    {
        Terminate(process);
        if (!await EndsWithinAsync(process, grace).ConfigureAwait(false))
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Whether a program ends in a time.</summary>
    public static async Task<bool> EndsWithinAsync(Process process, TimeSpan time)
    {
        using CancellationTokenSource limit = new(time);
        try
        {
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
