using System.Text;
using SnapFs.Trees;

namespace SnapFs.Afs.Trees;

/// <summary>Names for entries whose own name no file system takes. The directory as it was dumped keeps the own one.</summary>
internal static class ShownName
{
    /// <summary>The name itself if it can be one; otherwise its beginning, slashes replaced, with the vnode at its end.</summary>
    /// <param name="name">The name's bytes.</param>
    /// <param name="vnode">What it leads to.</param>
    /// <param name="uniq">The uniquifier of that.</param>
    /// <param name="isFree">Whether nothing else has a name; what it accepts counts as taken from then on.</param>
    public static byte[] Of(byte[] name, uint vnode, uint uniq, Func<byte[], bool> isFree)
    {
        bool isSound = name.Length is > 0 and <= TreeLimits.MaxWrittenName && !name.Contains((byte)'/');
        if (isSound && isFree(name))
        {
            return name;
        }

        for (int attempt = 1; ; attempt++)
        {
            byte[] suffix = Encoding.ASCII.GetBytes(attempt == 1 ? $"~{vnode}.{uniq}" : $"~{vnode}.{uniq}~{attempt}");
            byte[] shown = [.. Beginning(name, TreeLimits.MaxWrittenName - suffix.Length), .. suffix];
            shown.AsSpan().Replace((byte)'/', (byte)'_');
            if (isFree(shown))
            {
                return shown;
            }
        }
    }

    /// <summary>As much of a name as fits, without a part of a character of UTF-8 at its end.</summary>
    private static ReadOnlySpan<byte> Beginning(byte[] name, int most)
    {
        int length = Math.Min(name.Length, most);
        const int LongestCharacter = 4;
        for (int back = 0; back < LongestCharacter && length < name.Length && length - back > 0; back++)
        {
            if ((name[length - back] & 0xC0) != 0x80)
            {
                return name.AsSpan(0, length - back);
            }
        }

        return name.AsSpan(0, length);
    }
}
