using System.Globalization;
using System.Text;

namespace SnapFs.Testing.Trees;

/// <summary>
/// A directory that holds one of everything a file system can hold and a backup program can get wrong. What only root
/// may make (device nodes, foreign owners, trusted attributes, capabilities) is left out for other users and named in
/// <see cref="LeftOut"/>.
/// </summary>
public sealed partial class TortureTree
{
    private const uint Fifo = 0x1000;
    private const uint CharacterDevice = 0x2000;
    private const uint BlockDevice = 0x6000;
    private const uint Socket = 0xc000;
    private const int PageSize = 4096;

    private readonly TortureOptions options;
    private readonly Random random;
    private readonly bool isRoot = Libc.geteuid() == 0;
    private readonly List<string> leftOut = [];

    private TortureTree(string path, TortureOptions options)
    {
        Path = path;
        this.options = options;
        random = new Random(options.Seed);
    }

    /// <summary>The directory.</summary>
    public string Path { get; }

    /// <summary>What this user or this file system could not hold, a line each.</summary>
    public IReadOnlyList<string> LeftOut => leftOut;

    /// <summary>Makes the tree in a new directory.</summary>
    /// <exception cref="IOException">The directory exists, or the file system refused something it must be able to
    /// hold.
    /// </exception>
    public static TortureTree Create(string path, TortureOptions options)
    {
        TortureTree tree = new(path, options);
        string parent = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!; // not null: path is no root
        byte[] name = Encoding.UTF8.GetBytes(System.IO.Path.GetFileName(path));
        using DirectoryHandle above = DirectoryHandle.Open(parent);
        using (DirectoryHandle root = above.MakeDirectory(name))
        {
            tree.Fill(root);
        }

        above.SetTimes(name, 1_000_000_000, 999_999_999);
        return tree;
    }

    private void Fill(DirectoryHandle root)
    {
        In(root, "types", MakeTypes);
        In(root, "links", MakeSymlinks);
        In(root, "hard", MakeHardLinks);
        In(root, "names", MakeNames);
        In(root, "sizes", MakeSizes);
        In(root, "holes", MakeHoles);
        In(root, "xattrs", MakeXattrs);
        In(root, "modes", MakeModes);
        In(root, "times", MakeTimes);
        In(root, "wide", MakeWide);
        MakeDeep(root);
    }

    /// <summary>
    /// Makes and fills a directory, and gives it a time of its own, which filling it would have changed.
    /// </summary>
    private static void In(DirectoryHandle parent, string name, Action<DirectoryHandle> fill)
    {
        byte[] raw = Encoding.UTF8.GetBytes(name);
        using (DirectoryHandle directory = parent.MakeDirectory(raw))
        {
            fill(directory);
        }

        parent.SetTimes(raw, 1_234_567_890 + name.Length, 123_456_789);
    }

    private void MakeTypes(DirectoryHandle directory)
    {
        directory.WriteFile("regular"u8, "a regular file\n"u8);
        directory.MakeDirectory("empty directory"u8).Dispose();
        directory.MakeNode("fifo"u8, Fifo | 0b110_100_000);
        directory.MakeNode("socket"u8, Socket | 0b111_101_101);
        directory.MakeSymlink("symlink"u8, "regular"u8);
        if (!isRoot)
        {
            leftOut.Add("device nodes need root");
            return;
        }

        directory.MakeNode("null"u8, CharacterDevice | 0b110_110_110, 1, 3);
        directory.MakeNode("char with large numbers"u8, CharacterDevice | 0b110_000_000, 4095, 1_048_575);
        directory.MakeNode("block"u8, BlockDevice | 0b110_110_000, 7, 255);
        directory.MakeNode("block with large minor"u8, BlockDevice | 0b110_110_000, 259, 70_000);
    }

    private static void MakeSymlinks(DirectoryHandle directory)
    {
        directory.MakeSymlink("dangling"u8, "no/such/target"u8);
        directory.MakeSymlink("to itself"u8, "to itself"u8);
        directory.MakeSymlink("to directory"u8, "../types"u8);
        directory.MakeSymlink("absolute"u8, "/etc/passwd"u8);
        directory.MakeSymlink("upwards"u8, "../../../../../../.."u8);
        directory.MakeSymlink("short"u8, "x"u8);
        directory.MakeSymlink("sixty bytes, the last kept in an inode"u8, new string('s', 59).ToBytes());
        directory.MakeSymlink("longest"u8, string.Concat(Enumerable.Repeat("0123456789abcde/", 256))[..4095].ToBytes());
        directory.MakeSymlink("not UTF-8"u8, [0xff, 0xfe, (byte)'/', 0x80, 0xc3]);
        directory.MakeSymlink("newline"u8, "a\nb"u8);
        directory.SetTimes("dangling"u8, 1_111_111_111, 111_111_111);
    }

    private static void MakeHardLinks(DirectoryHandle directory)
    {
        using DirectoryHandle left = directory.MakeDirectory("left"u8);
        using DirectoryHandle right = directory.MakeDirectory("right"u8);
        left.WriteFile("one"u8, "linked three times across directories"u8);
        left.MakeHardLink("one"u8, right, "two"u8);
        left.MakeHardLink("one"u8, directory, "three"u8);
        left.WriteFile("same content, not linked"u8, "linked three times across directories"u8);
        left.MakeSymlink("symlink"u8, "a linked symlink"u8);
        left.MakeHardLink("symlink"u8, right, "symlink too"u8);
        left.MakeNode("fifo"u8, Fifo | 0b110_000_000);
        left.MakeHardLink("fifo"u8, right, "fifo too"u8);
        left.WriteFile("empty"u8, []);
        left.MakeHardLink("empty"u8, right, "empty too"u8);
    }

    private static void MakeNames(DirectoryHandle directory)
    {
        byte[] longName = Encoding.ASCII.GetBytes(new string('n', 255));
        byte[] everyByte = [.. Enumerable.Range(1, 255).Where(value => value != '/').Select(value => (byte)value)];
        byte[] longBytes = [.. Enumerable.Repeat((byte)0xe9, 255)];
        byte[][] names =
        [
            longName, everyByte, longBytes,
            [0xff], [0xc3, 0x28], [(byte)'l', 0xe4, (byte)'t', (byte)'1'],
            "new\nline"u8.ToArray(), "\n"u8.ToArray(), "tab\tand\rreturn"u8.ToArray(), "\u001b[31mred\u001b[0m"u8.ToArray(),
            "-rf"u8.ToArray(), "--help"u8.ToArray(), "-"u8.ToArray(),
            " "u8.ToArray(), " leading"u8.ToArray(), "trailing "u8.ToArray(), "two  spaces"u8.ToArray(),
            "back\\slash"u8.ToArray(), "\\"u8.ToArray(), "\\x41"u8.ToArray(), "\\134"u8.ToArray(),
            "quote'\"`$()&;|<>*?[]{}!#~%^"u8.ToArray(), "..."u8.ToArray(), ".hidden"u8.ToArray(), "..x"u8.ToArray(),
            "a:b"u8.ToArray(), "CON"u8.ToArray(), "trailing dot."u8.ToArray(),
            "é composed"u8.ToArray(), "e\u0301 decomposed"u8.ToArray(), "日本語"u8.ToArray(), "🦊"u8.ToArray(),
            "Case"u8.ToArray(), "case"u8.ToArray(), "@latest"u8.ToArray(), "host:source"u8.ToArray(),
        ];
        foreach (byte[] name in names)
        {
            directory.WriteFile(name, name);
        }

        using DirectoryHandle inside = directory.MakeDirectory([0xfe, (byte)'\n', (byte)'d']);
        inside.WriteFile([0x80], "below a name that is not UTF-8"u8);
    }

    private static void MakeModes(DirectoryHandle directory)
    {
        for (uint mode = 0; mode < 8; mode++)
        {
            // The nine permission bits one by one are covered by the mode tests of every tool; the combinations of
            // setuid, setgid and sticky are what gets lost when owner and mode are set in the wrong order.
            string name = string.Create(CultureInfo.InvariantCulture, $"special {mode}");
            directory.WriteFile(name.ToBytes(), "#!/bin/sh\n"u8);
            directory.SetMode(name.ToBytes(), (mode << 9) | 0b111_101_101);
        }

        directory.MakeDirectory("setgid and sticky directory"u8).Dispose();
        directory.SetMode("setgid and sticky directory"u8, 0b011_111_111_101);
        directory.WriteFile("write only"u8, "w"u8);
        directory.SetMode("write only"u8, 0b010_010_010);
    }

    private void MakeTimes(DirectoryHandle directory)
    {
        (string Name, long Seconds, long Nanoseconds)[] times =
        [
            ("epoch", 0, 0),
            ("one nanosecond after the epoch", 0, 1),
            ("one nanosecond before the epoch", -1, 999_999_999),
            ("1969", -1_000_000, 500_000_000),
            ("1901, the oldest that ext4 holds", int.MinValue, 0),
            ("2038", int.MaxValue, 999_999_999),
            ("2038 and one second", int.MaxValue + 1L, 0),
            ("2106", uint.MaxValue, 999_999_999),
            ("2106 and one second", uint.MaxValue + 1L, 1),
            ("2400", 13_569_465_600, 123_456_789),
            ("2446, the newest that ext4 holds", 15_032_385_535, 0),
            ("every digit", 1_700_000_000, 123_456_789),
        ];
        foreach ((string name, long seconds, long nanoseconds) in times)
        {
            directory.WriteFile(name.ToBytes(), name.ToBytes());
            directory.SetTimes(name.ToBytes(), seconds, nanoseconds);
            Libc.StatxTime kept = directory.Stat(name.ToBytes()).ModifyTime;
            if (kept.Seconds != seconds || kept.Nanoseconds != nanoseconds)
            {
                leftOut.Add($"this file system cannot hold the time of {name}");
            }
        }

        directory.MakeDirectory("directory of 1960"u8).Dispose();
        directory.SetTimes("directory of 1960"u8, -315_619_200, 1);
        directory.MakeSymlink("symlink of 2200"u8, "x"u8);
        directory.SetTimes("symlink of 2200"u8, 7_258_118_400, 7);
        directory.MakeNode("fifo of 1950"u8, Fifo | 0b110_000_000);
        directory.SetTimes("fifo of 1950"u8, -631_152_000, 3);
    }
}
