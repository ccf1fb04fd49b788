using SnapFs.Afs.Reading;

namespace SnapFs.Afs.Tests.Reading;

/// <summary>Random access against the whole.</summary>
internal static class DumpRanges
{
    public static void AssertEqual(byte[] whole, DumpContent dump, Random random)
    {
        int offset = random.Next(whole.Length + 10);
        byte[] buffer = new byte[random.Next(4) == 0 ? random.Next(whole.Length) : random.Next(3000)];
        if (random.Next(2) == 0)
        {
            dump.Prefetch(offset, random.NextInt64(long.MaxValue));
        }

        int count = dump.Read(offset, buffer);

        Assert.Equal(Math.Clamp(whole.Length - offset, 0, buffer.Length), count);
        Assert.True(whole.AsSpan(Math.Min(offset, whole.Length), count).SequenceEqual(buffer.AsSpan(0, count)));
    }
}
