using SnapFs.Cli.Hosting;
using SnapFs.Jobs.Connections;
using SnapFs.Jobs.Secrets;
using SnapFs.Mount.Events;
using SnapFs.Mount.Fuse.Sessions;
using SnapFs.Repository.Reading;

namespace SnapFs.Cli.Mounting;

/// <summary>Serves one mount in this process until it is unmounted or a signal comes.</summary>
internal static class MountServer
{
    /// <summary>Mounts, says so, and serves.</summary>
    /// <param name="context">The command.</param>
    /// <param name="request">What to mount.</param>
    /// <param name="secret">Opens the repository; null asks as every command does.</param>
    /// <param name="log">Where events go.</param>
    /// <param name="ready">Called once the mount can be used.</param>
    /// <param name="cancellationToken">Unmounts.</param>
    public static async Task<ExitCode> RunAsync(
        CommandContext context,
        MountRequest request,
        ISecretProvider? secret,
        IMountLog log,
        Action ready,
        CancellationToken cancellationToken)
    {
        AppDomain.CurrentDomain.UnhandledException += (_, fault) => log.Write(
            MountLogLevel.Error,
            new Problem(ErrorKind.Bug, $"{request.Path}: the process behind the mount ends by a fault: {fault.ExceptionObject}"));
        await using RepositoryConnection session = secret is null
            ? await context.ConnectAsync(cancellationToken).ConfigureAwait(false)
            : await RepositoryConnection.OpenAsync(context.Connection, secret, context.Observer, cancellationToken)
                .ConfigureAwait(false);
        using RepositoryReader reader = await session.OpenReaderAsync(cancellationToken).ConfigureAwait(false);
        foreach (SnapFsException problem in reader.Problems)
        {
            log.Write(MountLogLevel.Error, Problem.Of(problem));
        }

        cancellationToken.ThrowIfCancellationRequested();
        using MountSession mount = MountSession.Start(
            request.Path, request.Options, new FuseSettings(), reader, happened => Report(log, happened, request.Debug));
        log.Write(MountLogLevel.Info, $"{request.Path}: mounted {request.Repository}");
        ready();

        // Being told to stop is how a mount ends; leaving it unmounts, even from under its users.
        mount.WaitForUnmount(cancellationToken);
        mount.Dispose();
        log.Write(MountLogLevel.Info, $"{request.Path}: unmounted");
        return ExitCode.Success;
    }

    private static void Report(IMountLog log, MountEvent happened, bool debug)
    {
        bool wantsTrace = happened.Error is not null && (debug || happened.Kind == MountEventKind.Bug);
        string message = wantsTrace ? $"{happened.Message}: {happened.Error}" : happened.Message;
        switch (happened.Kind)
        {
            case MountEventKind.Damage:
                log.Write(MountLogLevel.Error, new Problem(ErrorKind.Damaged, message));
                break;
            case MountEventKind.Bug:
                log.Write(MountLogLevel.Error, new Problem(ErrorKind.Bug, message));
                break;
            case MountEventKind.StorageUnavailable:
                log.Write(MountLogLevel.Warning, new Problem(ErrorKind.StorageUnavailable, message));
                break;
            default:
                log.Write(MountLogLevel.Info, message);
                break;
        }
    }
}
