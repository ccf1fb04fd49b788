using System.Runtime.InteropServices;
using SnapFs.Cli.Secrets;

namespace SnapFs.Cli.Hosting;

/// <summary>
/// Turns the first SIGINT, SIGTERM or SIGHUP into a cancellation, so that work stops between two steps, and the second into
/// an exit at once: the repository is safe at every instant.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _registrations;
    private int _code;

    public StopSignals()
    {
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, Handle),
        ];
    }

    /// <summary>What a daemon does on SIGHUP instead of stopping; null in all other programs.</summary>
    public static Action? Hangup { get; set; }

    /// <summary>Whether SIGINT is for the process that started this one: both are in the terminal's foreground, both get it, and the
    /// other one stops this one.</summary>
    public static bool LeavesInterrupts { get; set; }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>What to exit with; <see cref="ExitCode.Success"/> if no signal came.</summary>
    public ExitCode Code => (ExitCode)Volatile.Read(ref _code);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        _stop.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        if (context.Signal == PosixSignal.SIGHUP && Hangup is { } hangup)
        {
            hangup();
            return;
        }

        if (context.Signal == PosixSignal.SIGINT && LeavesInterrupts)
        {
            return;
        }

        ExitCode code = context.Signal == PosixSignal.SIGINT ? ExitCode.Interrupted : ExitCode.Terminated;
        bool first = Interlocked.CompareExchange(ref _code, (int)code, (int)ExitCode.Success) == (int)ExitCode.Success;
        if (TerminalPrompt.Abandon() || !first)
        {
            Interop.Libc._exit((int)code);
        }

        // Callbacks run on the pool: one that waits must not keep the second signal from being handled.
        ThreadPool.QueueUserWorkItem(static stop => Cancel((CancellationTokenSource)stop!), _stop);
    }

    /// <summary>Cancels, unless the program has come to its end between the signal and this call.</summary>
    internal static void Cancel(CancellationTokenSource stop)
    {
        try
        {
            stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // There is nothing left to stop.
        }
    }
}
