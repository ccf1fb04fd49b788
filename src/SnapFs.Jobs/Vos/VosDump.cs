using System.Diagnostics;
using System.Globalization;
using SnapFs.Binary;
using SnapFs.Jobs.Volumes;
using SnapFs.Posix.Processes;

namespace SnapFs.Jobs.Vos;

/// <summary>A dump that <c>vos</c> makes while it is read.</summary>
internal sealed class VosDump : DumpSource
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly VosProgram _vos;
    private readonly VolumeServer _server;
    private readonly ExaminedVolume _volume;
    private readonly Process _process;
    private readonly Task<string> _said;
    private readonly WatchedStream _stream;
    private readonly Timer _watch;
    private bool _hung;

    /// <param name="vos">The program.</param>
    /// <param name="server">Ends what a killed program leaves.</param>
    /// <param name="volume">What to dump.</param>
    /// <param name="from">Changes from then on; 0 for all.</param>
    public VosDump(VosProgram vos, VolumeServer server, ExaminedVolume volume, uint from)
    {
        _vos = vos;
        _server = server;
        _volume = volume;
        _process = vos.Start(["dump", "-id", volume.Name, "-time", from.ToString(CultureInfo.InvariantCulture)]);
        _process.StandardInput.Close();
        _said = VosProgram.ReadAsync(_process.StandardError);
        _stream = new WatchedStream(_process.StandardOutput.BaseStream);
        _watch = new Timer(_ => EndIfHung(), null, Tick, Tick);
    }

    /// <inheritdoc/>
    public override string Name => $"'vos dump {_volume.Name}'";

    /// <inheritdoc/>
    public override Stream Stream => _stream;

    /// <inheritdoc/>
    public override async Task<DumpComplaint?> ComplaintAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            await _process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null; // it still writes what nobody reads: the dump itself is at fault
        }

        VosResult result = new("vos dump", _hung ? -1 : _process.ExitCode, "", await _said.ConfigureAwait(false));
        return result.IsSuccess ? null : new DumpComplaint(result.Complaint, IsFatal: true);
    }

    /// <inheritdoc/>
    public override Task DrainAsync(CancellationToken cancellationToken) => Stream.CopyToAsync(Stream.Null, cancellationToken);

    /// <inheritdoc/>
    public override void Stop() => ChildProcess.Terminate(_process);

    /// <inheritdoc/>
    public override void Dispose()
    {
        _watch.Dispose();
        _stream.Dispose(); // a vos that still writes gives up, and ends its transaction
        if (!_process.WaitForExit(Patience))
        {
            _process.Kill(entireProcessTree: true);
            _hung = true;
        }

        if (_hung)
        {
            _server.EndTransactionAsync(_volume.Site, _volume.Id.ToString(CultureInfo.InvariantCulture)).GetAwaiter().GetResult();
        }

        _process.Dispose();
    }

    private void EndIfHung()
    {
        if (_stream.Waiting > _vos.Timeout)
        {
            _hung = true;
            _process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Knows how long a read has waited.</summary>
    private sealed class WatchedStream(Stream stream) : ForwardStream
    {
        private long _since = long.MaxValue;

        public TimeSpan Waiting => Volatile.Read(ref _since) is var since && since == long.MaxValue
            ? TimeSpan.Zero
            : Stopwatch.GetElapsedTime(since);

        public override int Read(Span<byte> buffer)
        {
            Volatile.Write(ref _since, Stopwatch.GetTimestamp());
            int read = stream.Read(buffer);
            Volatile.Write(ref _since, long.MaxValue);
            return read;
        }

        protected override void Dispose(bool disposing)
        {
            stream.Dispose();
            base.Dispose(disposing);
        }
    }
}
