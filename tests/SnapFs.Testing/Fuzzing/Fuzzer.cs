using System.Diagnostics;
using SnapFs.Testing.Trees;

namespace SnapFs.Testing.Fuzzing;

/// <summary>Gives a parser damaged inputs. It may take or refuse each, but do nothing else.</summary>
public static class Fuzzer
{
    /// <summary>Time of one run in the short form of the tests.</summary>
    private static readonly TimeSpan ShortSlice = TimeSpan.FromSeconds(1);

    /// <summary>Time of one run in the long form: there are some fifty, and a form that takes a day is never run.</summary>
    private static readonly TimeSpan LongSlice = TimeSpan.FromMinutes(1);

    /// <summary>A case that takes longer hangs for a user, however busy the machine is.</summary>
    private static readonly TimeSpan LongestCase = TimeSpan.FromSeconds(20);

    private const int LongCases = 2_000_000;

    /// <summary>Fixed part of what a case may allocate, bytes: exceptions, hashes, signatures, padding.</summary>
    private const long AllocationBase = 512 * 1024;

    /// <summary>What a case may allocate for each byte of its input: decoded forms are larger than encoded ones, but
    /// only by a factor.</summary>
    private const long AllocationFactor = 64;

    /// <summary>Runs damaged copies of <paramref name="samples"/> through <paramref name="parse"/>: a second of them, or
    /// two million or a minute in the long form. With <see cref="Seeds.Variable"/> set, that one case.</summary>
    /// <param name="samples">Valid inputs, the same in each run, so that a seed repeats a case.</param>
    /// <param name="parse">Parses an input and touches everything that it gave.</param>
    /// <exception cref="SeedException">Something other than a <see cref="SnapFsException"/> got out, memory was reserved
    /// for a length that lies, or the parser hung.</exception>
    public static FuzzResult Run(IReadOnlyList<byte[]> samples, Action<byte[]> parse)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(parse);
        foreach (byte[] sample in samples)
        {
            parse(sample); // an input that is refused before it is damaged would test nothing
        }

        Stopwatch elapsed = Stopwatch.StartNew();
        long cases = 0;
        long refused = 0;
        bool IsOver() => cases >= LongCases || elapsed.Elapsed >= (TestScale.IsLong ? LongSlice : ShortSlice);
        while (cases == 0 || !IsOver())
        {
            Seeds.ForEach(1, random =>
            {
                byte[] input = random.Mutate(
                    samples[random.Next(samples.Count)], samples[random.Next(samples.Count)]);
                refused += Accepts(input, parse) ? 0 : 1;
            });
            cases++;
        }

        return new FuzzResult(cases, cases - refused, refused);
    }

    private static bool Accepts(byte[] input, Action<byte[]> parse)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        long started = Stopwatch.GetTimestamp();
        bool accepted = true;
        try
        {
            parse(input);
        }
        catch (SnapFsException)
        {
            accepted = false;
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        TimeSpan took = Stopwatch.GetElapsedTime(started);
        long allowed = AllocationBase + (AllocationFactor * input.Length);
        if (allocated > allowed)
        {
            throw new InvalidOperationException(
                $"{input.Length} bytes of input made the parser reserve {allocated}, more than {allowed}: "
                + Convert.ToHexString(input.AsSpan(0, Math.Min(input.Length, 512))));
        }

        return took <= LongestCase
            ? accepted
            : throw new InvalidOperationException($"{input.Length} bytes of input kept the parser busy for {took}");
    }
}
