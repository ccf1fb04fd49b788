using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using SnapFs.Afs.Reading;
using SnapFs.Posix.Processes;

namespace SnapFs.Jobs.Vos;

/// <summary>Runs <c>vos</c>. Nothing secret is among its arguments: it finds tokens or the server's key by itself.</summary>
/// <param name="path">The program.</param>
/// <param name="rights">Arguments that say with which rights it acts.</param>
/// <param name="timeout">Without progress for so long it is ended.</param>
public sealed class VosProgram(string path, IReadOnlyList<string> rights, TimeSpan timeout)
{
    private const int MostText = 4 * 1024 * 1024;
    private const int BufferLength = 1024 * 1024;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    /// <summary>Runs a command to its end.</summary>
    /// <param name="arguments">The command and its arguments.</param>
    /// <param name="cancellationToken">Ends it.</param>
    internal Task<VosResult> RunAsync(string[] arguments, CancellationToken cancellationToken) =>
        RunAsync(arguments, dump: null, cancellationToken);

    /// <summary>Runs a command with a dump as its standard input.</summary>
    /// <param name="arguments">The command and its arguments.</param>
    /// <param name="dump">The dump; null for nothing.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="DamagedException">The dump could not be read to its end; the command was told so by a dump that is
    /// cut off, and has ended.</exception>
    internal async Task<VosResult> RunAsync(string[] arguments, DumpContent? dump, CancellationToken cancellationToken)
    {
        using Process process = Start(arguments);
        Task<string> output = ReadAsync(process.StandardOutput);
        Task<string> error = ReadAsync(process.StandardError);
        DumpFeed feed = new(process, dump, BufferLength, cancellationToken);
        bool hung = await WaitAsync(process, feed, cancellationToken).ConfigureAwait(false);
        await feed.Completion.ConfigureAwait(false);
        VosResult result = new(
            $"{Path.GetFileName(path)} {arguments[0]}",
            hung ? -1 : process.ExitCode,
            await output.ConfigureAwait(false),
            await error.ConfigureAwait(false));
        return feed.Failure is { } failure
            ? throw new DumpFeedException(result, failure)
            : result;
    }

    /// <summary>Without progress for so long a command is ended.</summary>
    internal TimeSpan Timeout => timeout;

    /// <summary>Starts a command whose standard streams are the caller's.</summary>
    internal Process Start(string[] arguments)
    {
        ProcessStartInfo start = new(path, [.. arguments, .. rights])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            return ChildProcess.Start(start);
        }
        catch (Win32Exception e)
        {
            throw new JobException(ErrorKind.Environment, $"{path} cannot be run: {SystemText.Of(e)}");
        }
    }

    /// <summary>Waits for the end.</summary>
    /// <returns>Whether it had to be ended because it hung.</returns>
    private async Task<bool> WaitAsync(Process process, DumpFeed feed, CancellationToken cancellationToken)
    {
        Stopwatch still = Stopwatch.StartNew();
        long before = 0;
        while (!await ChildProcess.EndsWithinAsync(process, Tick).ConfigureAwait(false))
        {
            long position = feed.Position;
            if (position != before)
            {
                before = position;
                still.Restart();
            }

            // Once told to stop, it gets a dump that is cut off, and cleans up after itself if it can.
            if (still.Elapsed > (cancellationToken.IsCancellationRequested ? Grace + Grace : timeout))
            {
                await ChildProcess.EndAsync(process, Grace).ConfigureAwait(false);
                return true;
            }
        }

        return false;
    }

    /// <summary>All that a command says, or the beginning of it.</summary>
    internal static async Task<string> ReadAsync(StreamReader reader)
    {
        StringBuilder text = new();
        char[] piece = new char[4096];
        for (int read; (read = await reader.ReadAsync(piece).ConfigureAwait(false)) > 0;)
        {
            text.Append(piece, 0, Math.Min(read, MostText - text.Length));
        }

        return text.ToString();
    }
}
