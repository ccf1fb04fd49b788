using System.Diagnostics;

namespace SnapFs.Testing.Afs;

/// <summary>
/// A <c>vos dump</c> that was killed in the middle. Its transaction stays open on the server and the volume busy, for
/// minutes or until this object is disposed of.
/// </summary>
public sealed class KilledDump : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // The pipe, of 64 KiB, is full before vos starts: it waits with the first byte. The time lies in the future: the dump
    // has no contents and the server is done with sending it. While a server still sends, endtrans has no effect.
    private const string Script =
        "head -c 65536 /dev/zero; exec vos dump -id \"$0\" -time 2000000000 -noresolve -localauth";

    private readonly LiveVolume volume;

    private KilledDump(LiveVolume volume)
    {
        this.volume = volume;
    }

    /// <summary>Begins to dump a volume of at most some thousand files, and kills <c>vos</c>.</summary>
    /// <exception cref="TimeoutException">The dump did not begin.</exception>
    public static KilledDump Of(LiveVolume volume)
    {
        ArgumentNullException.ThrowIfNull(volume);
        ProcessStartInfo start = new("sh") { RedirectStandardOutput = true };
        foreach (string argument in (string[])["-euc", Script, volume.Name])
        {
            start.ArgumentList.Add(argument);
        }

        using Process dump = Process.Start(start) ?? throw new InvalidOperationException("sh did not start");
        try
        {
            AwaitTransaction(volume);
        }
        finally
        {
            dump.Kill(entireProcessTree: true);
            dump.WaitForExit();
        }

        return new KilledDump(volume);
    }

    /// <summary>Ends the transaction: the volume can be used again.</summary>
    public void Dispose() => VolumeTransactions.End(volume);

    private static void AwaitTransaction(LiveVolume volume)
    {
        Stopwatch waited = Stopwatch.StartNew();
        while (VolumeTransactions.On(volume).Count == 0)
        {
            if (waited.Elapsed > Patience)
            {
                throw new TimeoutException($"vos dump of {volume.Name} began no transaction");
            }

            Thread.Sleep(20);
        }
    }
}
