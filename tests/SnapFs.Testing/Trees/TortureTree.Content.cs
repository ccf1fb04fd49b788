using System.Globalization;
using System.Text;

namespace SnapFs.Testing.Trees;

public sealed partial class TortureTree
{
    /// <summary>Lengths around every limit: blocks, inlined pieces, pages, and the default chunk sizes.</summary>
    private static readonly int[] EdgeLengths =
    [
        0, 1, 2, 255, 256, 511, 512, 513, 4095, 4096, 4097,
        (64 << 10) - 1, 64 << 10, (64 << 10) + 1,
        (256 << 10) - 1, 256 << 10, (256 << 10) + 1,
        (1 << 20) - 1, 1 << 20, (1 << 20) + 1,
        (4 << 20) - 1, 4 << 20, (4 << 20) + 1,
    ];

    private void MakeSizes(DirectoryHandle directory)
    {
        foreach (int length in EdgeLengths)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"{length} bytes");
            directory.WriteFile(name.ToBytes(), RandomBytes(length));
        }

        byte[] large = RandomBytes(options.RandomLength);
        directory.WriteFile("incompressible"u8, large);
        directory.WriteFile("incompressible copy"u8, large);
        byte[] shifted = [.. "one line put before"u8, .. large.AsSpan(0, Math.Min(large.Length, 3 << 20))];
        directory.WriteFile("incompressible, shifted"u8, shifted);
        directory.WriteFile("zeros, written"u8, new byte[3 << 20]);
        StringBuilder text = new();
        for (int i = 0; text.Length < 2 << 20; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"line {i}: the quick brown fox jumps over the lazy dog\n");
        }

        directory.WriteFile("compressible"u8, text.ToString().ToBytes());
    }

    private void MakeHoles(DirectoryHandle directory)
    {
        const int mebibyte = 1 << 20;
        byte[] page = RandomBytes(PageSize);
        directory.WriteFile("leading"u8, mebibyte + PageSize, [(mebibyte, page)]);
        directory.WriteFile("trailing"u8, mebibyte, [(0, page)]);
        directory.WriteFile("trailing, not of whole pages"u8, mebibyte + 17, [(0, page)]);
        directory.WriteFile("middle"u8, (2 * PageSize) + mebibyte, [(0, page), (PageSize + mebibyte, page)]);
        directory.WriteFile("only a hole"u8, mebibyte, []);
        directory.WriteFile("only a hole of one byte"u8, 1, []);
        directory.WriteFile("hole of one page"u8, 3 * PageSize, [(0, page), (2 * PageSize, page)]);
        directory.WriteFile(
            "every second page"u8, 64 * PageSize, Enumerable.Range(0, 32).Select(i => ((long)i * 2 * PageSize, page)));
        directory.WriteFile("zeros beside holes"u8, 8 * mebibyte, [(mebibyte, new byte[mebibyte]), (6 * mebibyte, page)]);
        directory.WriteFile("last byte is data"u8, mebibyte + 1, [(mebibyte, [0x5a])]);
        directory.WriteFile(
            "larger than 4 GiB"u8,
            options.SparseLength,
            [((4L << 30) - PageSize, page), (4L << 30, page), (options.SparseLength - page.Length, page)]);
    }

    private void MakeWide(DirectoryHandle directory)
    {
        for (int i = 0; i < options.WideEntries; i++)
        {
            uint scattered = unchecked((uint)i * 2_654_435_761); // so that the order made is not the order of names
            string name = string.Create(CultureInfo.InvariantCulture, $"{scattered:x8} {i:d6}");
            directory.WriteFile(name.ToBytes(), i % 3 == 0 ? [] : name.ToBytes());
        }
    }

    private void MakeDeep(DirectoryHandle root)
    {
        List<DirectoryHandle> opened = [];
        try
        {
            DirectoryHandle current = root.MakeDirectory("deep"u8);
            opened.Add(current);
            for (int level = 1; level < options.DeepLevels; level++)
            {
                byte[] name = Encoding.ASCII.GetBytes(
                    level.ToString(CultureInfo.InvariantCulture).PadRight(options.DeepNameLength, 'd'));
                current = current.MakeDirectory(name);
                opened.Add(current);
            }

            current.WriteFile("at the bottom"u8, "at the bottom"u8);
        }
        finally
        {
            opened.ForEach(directory => directory.Dispose());
        }
    }

    private byte[] RandomBytes(int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
