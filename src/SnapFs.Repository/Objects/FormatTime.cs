namespace SnapFs.Repository.Objects;

/// <summary>Times in clear fields: whole seconds since 1970, up to the year 9999.</summary>
internal static class FormatTime
{
    private const ulong Largest = 253_402_300_799;

    /// <summary>The number that is written for a time; times before 1970 become 0.</summary>
    internal static ulong ToUnixSeconds(DateTimeOffset time) => (ulong)Math.Max(0, time.ToUnixTimeSeconds());

    /// <summary>The time of a number that was read.</summary>
    /// <exception cref="InvalidEncodingException">It is after the year 9999.</exception>
    internal static DateTimeOffset FromUnixSeconds(ulong seconds) => seconds <= Largest
        ? DateTimeOffset.FromUnixTimeSeconds((long)seconds)
        : throw new InvalidEncodingException($"the time {seconds} is after the year 9999");
}
