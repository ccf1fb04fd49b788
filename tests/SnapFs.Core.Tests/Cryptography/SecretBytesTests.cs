using System.Globalization;
using System.Runtime.InteropServices;
using SnapFs.Cryptography;
using SnapFs.Testing;

namespace SnapFs.Tests;

public sealed class SecretBytesTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(32)]
    [InlineData(4096)]
    [InlineData(100_000)]
    public void What_was_put_in_is_read_back(int length)
    {
        byte[] bytes = new Random(length).BytesOf(length);
        using SecretBytes secret = new(bytes);

        Assert.Equal(length, secret.Length);
        Assert.Equal(bytes, secret.Span.ToArray());
    }

    [Fact]
    public void A_secret_that_was_disposed_of_cannot_be_read()
    {
        SecretBytes secret = SecretBytes.Random(32);
        secret.Dispose();

        Assert.Throws<ObjectDisposedException>(() => secret.Span.Length);
    }

    [SkippableFact]
    public void The_memory_stays_out_of_core_dumps_and_lies_between_pages_that_nobody_may_touch()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "/proc is of Linux");
        using SecretBytes secret = SecretBytes.Random(32);
        List<string> map = [.. File.ReadLines("/proc/self/smaps").Where(line => IsMapping(line) || IsFlags(line))];

        int own = map.FindIndex(line => IsMapping(line) && Holds(line, secret.Span));

        Assert.Contains(" dd", map[own + 1], StringComparison.Ordinal);
        Assert.Contains(" ---p ", map[own - 2], StringComparison.Ordinal);
        Assert.Contains(" ---p ", map[own + 2], StringComparison.Ordinal);
    }

    private static bool IsFlags(string line) => line.StartsWith("VmFlags", StringComparison.Ordinal);

    private static bool IsMapping(string line) => char.IsAsciiHexDigitLower(line[0]) && line.Contains('-', StringComparison.Ordinal);

    private static unsafe bool Holds(string line, ReadOnlySpan<byte> span)
    {
        fixed (byte* first = &MemoryMarshal.GetReference(span))
        {
            string[] ends = line.Split(' ')[0].Split('-');
            return (ulong)first >= ulong.Parse(ends[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture)
                && (ulong)first < ulong.Parse(ends[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        }
    }
}
