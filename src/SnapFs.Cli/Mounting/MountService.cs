using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SnapFs.Cli.Hosting;
using SnapFs.Cli.Output;
using SnapFs.Jobs.Secrets;
using SnapFs.Repository;
using SnapFs.Repository.Keys;

namespace SnapFs.Cli.Mounting;

/// <summary>The process behind a mount: a session of its own, no terminal, no directory held, its key from a pipe.</summary>
internal static class MountService
{
    /// <summary>Serves; the process that started this one learns by standard output how the mount went.</summary>
    public static async Task<ExitCode> RunAsync(
        CommandContext context, MountRequest request, CancellationToken cancellationToken)
    {
        StopSignals.LeavesInterrupts = true;
        bool isReady = false;
        try
        {
            using HeldSecret? secret = ReadKey(context);
            if (secret is null)
            {
                return ExitCode.Failed;
            }

            using IMountLog log = request.LogFile is null
                ? new SyslogLog()
                : FileLog.Open(request.LogFile, context.Environment.Clock);
            StopSignals.Hangup = log.Reopen;
            return await MountServer.RunAsync(
                context,
                request,
                secret,
                log,
                () =>
                {
                    LeaveSession();
                    Say(context.Output, BackgroundMount.Ready);
                    isReady = true;
                    LetGo();
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (SnapFsException e) when (!isReady && e is not OutputClosedException)
        {
            Say(context.Output, $"{BackgroundMount.Failed}{e.Kind} {e.Message.ReplaceLineEndings(" ")}");
            context.Output.Trace(request.Debug ? e : null);
            return ExitCodes.Of(e.Kind);
        }
    }

    /// <summary>
    /// Makes a session of its own, now that the mount is there. Before, the group of processes must be that of the process that
    /// started this one: on a directory of autofs(5) the kernel lets only the group mount that promised to, and has all others
    /// wait for it.
    /// </summary>
    private static void LeaveSession()
    {
        Interop.Libc.setsid();
        StopSignals.LeavesInterrupts = false;
    }

    private static void Say(CommandOutput output, string line)
    {
        output.Line(line);
        output.Flush();
    }

    /// <summary>The key; null if the other process has ended without one, and has said why.</summary>
    private static HeldSecret? ReadKey(CommandContext context)
    {
        using Stream input = context.Environment.OpenInput();
        byte[] buffer = GC.AllocateArray<byte>(SecretReader.MaxLength, pinned: true);
        int length = input.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        try
        {
            return length == 0
                ? null
                : new HeldSecret(
                    new RepositorySecret.FromKeyFile(KeyFile.Parse(Encoding.UTF8.GetString(buffer, 0, length))));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
        }
    }

    /// <summary>Lets go of the terminal, of pipes and of the current directory, as a daemon does.</summary>
    private static void LetGo()
    {
        int nothing = Interop.Libc.open("/dev/null", Interop.Libc.O_RDWR | Interop.Libc.O_CLOEXEC, 0);
        if (nothing >= 0)
        {
            foreach (int copy in CopiesOfStandardError())
            {
                Interop.Libc.dup2(nothing, copy);
            }

            Interop.Libc.dup2(nothing, 0);
            Interop.Libc.dup2(nothing, 1);
            Interop.Libc.dup2(nothing, 2);
            Interop.Libc.close(nothing);
        }

        Environment.CurrentDirectory = "/";
    }

    /// <summary>
    /// The runtime duplicates standard error when it starts. Left open, it would keep a program waiting that reads what
    /// <c>snapfs mount</c> says to its end.
    /// </summary>
    private static List<int> CopiesOfStandardError()
    {
        const string descriptors = "/proc/self/fd";
        string? target = new FileInfo($"{descriptors}/2").LinkTarget;
        return target is null
            ? []
            : Directory.EnumerateFileSystemEntries(descriptors)
                .Where(path => new FileInfo(path).LinkTarget == target)
                .Select(path => int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture))
                .Where(descriptor => descriptor > 2)
                .ToList();
    }
}
