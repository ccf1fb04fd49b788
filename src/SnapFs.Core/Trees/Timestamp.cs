namespace SnapFs.Trees;

/// <summary>A point in time as file systems keep it.</summary>
/// <param name="Seconds">Seconds since 1970-01-01T00:00:00Z, negative before.</param>
/// <param name="Nanoseconds">0 to 999,999,999, always forward from <paramref name="Seconds"/>.</param>
public readonly record struct Timestamp(long Seconds, uint Nanoseconds) : IComparable<Timestamp>
{
    public static bool operator <(Timestamp left, Timestamp right) => left.CompareTo(right) < 0;

    public static bool operator >(Timestamp left, Timestamp right) => left.CompareTo(right) > 0;

    public static bool operator <=(Timestamp left, Timestamp right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Timestamp left, Timestamp right) => left.CompareTo(right) >= 0;

    /// <summary>The same instant, to the 100 ns that a <see cref="DateTimeOffset"/> can hold.</summary>
    public static Timestamp From(DateTimeOffset time)
    {
        long ticks = time.UtcTicks - DateTime.UnixEpoch.Ticks;
        long seconds = Math.DivRem(ticks, TimeSpan.TicksPerSecond, out long rest);
        return rest < 0
            ? new Timestamp(seconds - 1, (uint)((rest + TimeSpan.TicksPerSecond) * 100))
            : new Timestamp(seconds, (uint)(rest * 100));
    }

    /// <summary>The same instant, clamped to the years 1 to 9999 and cut to 100 ns.</summary>
    public DateTimeOffset ToDateTimeOffset()
    {
        long seconds = Math.Clamp(Seconds, -62_135_596_800, 253_402_300_799);
        return DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(Nanoseconds / 100);
    }

    /// <inheritdoc/>
    public int CompareTo(Timestamp other)
    {
        int order = Seconds.CompareTo(other.Seconds);
        return order != 0 ? order : Nanoseconds.CompareTo(other.Nanoseconds);
    }
}
