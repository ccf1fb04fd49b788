using SnapFs.Binary;
using SnapFs.Trees;

namespace SnapFs.Repository.Objects;

/// <summary>Times in fields: whole seconds since 1970 up to the year 9999, or to the nanosecond.</summary>
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

    /// <summary>Writes a time to the nanosecond.</summary>
    /// <param name="value">A writer whose content is lost.</param>
    /// <param name="time">The time.</param>
    /// <returns>The value of the field.</returns>
    internal static ReadOnlySpan<byte> Write(ByteWriter value, Timestamp time)
    {
        value.Clear();
        value.ZigZag(time.Seconds);
        value.Varint((ulong)time.Nanoseconds);
        return value.Written;
    }

    /// <summary>Reads what <see cref="Write"/> gave.</summary>
    /// <exception cref="InvalidEncodingException">It is not that.</exception>
    internal static Timestamp Read(ReadOnlySpan<byte> value)
    {
        ByteReader reader = new(value);
        Timestamp time = new(reader.ZigZag(), (uint)reader.VarintInt32(999_999_999));
        reader.End();
        return time;
    }
}
