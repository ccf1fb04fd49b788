using System.ComponentModel;
using System.Diagnostics;

namespace SnapFs.Posix.Processes;

/// <summary>Starts other programs. None of them gets a secret of this one, nor a way to one.</summary>
public static class ChildProcess
{
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
}
