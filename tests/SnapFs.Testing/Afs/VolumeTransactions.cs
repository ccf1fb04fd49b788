using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace SnapFs.Testing.Afs;

/// <summary>The work on volumes that the server has begun and not ended. Such a volume is busy for everybody else.</summary>
public static partial class VolumeTransactions
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>The numbers of the open transactions on a volume.</summary>
    public static IReadOnlyList<uint> On(LiveVolume volume)
    {
        ArgumentNullException.ThrowIfNull(volume);
        return Transaction().Matches(AfsCell.Vos("status", AfsCell.Server).Expect().Output)
            .Where(match => Number(match.Groups["volume"]) == volume.Id)
            .Select(match => Number(match.Groups["number"]))
            .ToList();
    }

    /// <summary>Ends all transactions on a volume that something has left behind.</summary>
    /// <exception cref="TimeoutException">
    /// The server still sends for one of them: it takes minutes until it holds a receiver for dead.
    /// </exception>
    public static void End(LiveVolume volume)
    {
        Stopwatch waited = Stopwatch.StartNew();
        while (On(volume) is { Count: > 0 } open)
        {
            if (waited.Elapsed > Patience)
            {
                throw new TimeoutException($"volume {volume.Name} stays busy: the server does not end its transaction");
            }

            foreach (uint number in open)
            {
                // It may have ended by itself since it was listed: what counts is the next list.
                AfsCell.Vos("endtrans", AfsCell.Server, number.ToString(CultureInfo.InvariantCulture));
            }

            Thread.Sleep(50);
        }
    }

    private static uint Number(Group digits) => uint.Parse(digits.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"^transaction: (?<number>\d+) .*?^volume: (?<volume>\d+) ",
        RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Transaction();
}
