using System.Globalization;

namespace SnapFs.Testing;

/// <summary>Runs property tests: each case gets its own random numbers, and a failing case says how to repeat it.</summary>
public static class Seeds
{
    /// <summary>The variable that makes every property test run one case with the given seed.</summary>
    public const string Variable = "SNAPFS_SEED";

    /// <summary>Runs <paramref name="test"/> with <paramref name="count"/> fresh seeds, or with the one of
    /// <see cref="Variable"/>.</summary>
    /// <exception cref="SeedException">A case failed; the message names its seed, the inner exception is the cause.</exception>
    public static void ForEach(int count, Action<Random> test)
    {
        foreach (int seed in Choose(count))
        {
            try
            {
                test(new Random(seed));
            }
            catch (Exception e)
            {
                throw new SeedException(seed, e);
            }
        }
    }

    /// <inheritdoc cref="ForEach"/>
    public static async Task ForEachAsync(int count, Func<Random, Task> test)
    {
        foreach (int seed in Choose(count))
        {
            try
            {
                await test(new Random(seed));
            }
            catch (Exception e)
            {
                throw new SeedException(seed, e);
            }
        }
    }

    private static IEnumerable<int> Choose(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        string? given = Environment.GetEnvironmentVariable(Variable);
        return string.IsNullOrEmpty(given)
            ? Enumerable.Range(0, count).Select(_ => Random.Shared.Next())
            : [int.Parse(given, CultureInfo.InvariantCulture)];
    }
}
