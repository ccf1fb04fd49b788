using System.ComponentModel;
using System.Diagnostics;
using SnapFs.Jobs.Connections;
using SnapFs.Posix.Processes;

namespace SnapFs.Jobs.Vos;

/// <summary>Makes mount points by <c>fs</c>.</summary>
internal static class AfsMount
{
    /// <summary>Makes one of a volume that was just restored.</summary>
    /// <param name="fs">The program.</param>
    /// <param name="path">Where, below <c>/afs</c>.</param>
    /// <param name="name">The volume.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="JobException">It failed; the message says that the volume is there all the same.</exception>
    public static async Task MakeAsync(string fs, string path, string name, CancellationToken cancellationToken)
    {
        string advice = $"the volume {name} is restored; mount it with 'fs mkmount {SafeText.Of(path)} {name}'";
        ProcessStartInfo start = new(fs, ["mkmount", "-dir", RawPaths.RequireText(path), "-vol", name])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        try
        {
            using Process process = ChildProcess.Start(start);
            Task<string> output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            string error = await process.StandardError.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
            await output.ConfigureAwait(false);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            VosResult result = new("fs mkmount", process.ExitCode, "", error);
            if (!result.IsSuccess)
            {
                throw new JobException(ErrorKind.Environment, $"{result.Complaint}; {advice}");
            }
        }
        catch (Win32Exception e)
        {
            throw new JobException(ErrorKind.Environment, $"{fs} cannot be run: {SystemText.Of(e)}; {advice}");
        }
    }
}
