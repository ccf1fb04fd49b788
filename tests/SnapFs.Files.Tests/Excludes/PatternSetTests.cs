using SnapFs.Files.Excludes;
using SnapFs.Files.Tests.Support;
using SnapFs.Posix.Files;

namespace SnapFs.Files.Tests.Excludes;

/// <summary>Patterns mean what git makes of them.</summary>
public sealed class PatternSetTests
{
    private static readonly string[] s_patterns =
    [
        "*.o", "/root-only", "dir/", "a/b", "/a/*.c", "**/deep", "deep/**", "x/**/y", "foo*bar", "[abc].txt",
        "[!abc].log", "[a-f]?.dat", "\\#hash", "\\!bang", "trail\\ ", "spaced ", "*", "!keep", "*/", "!*/",
        "a**b", "**", "/**/z", "sub/*", "!sub/ok", "[[:digit:]]x", "[[:upper:]][[:alnum:]]", "[]-]q", "we[ird",
        "a\\*b", "?", "dir/*.c", "*/x", "**/a/**", "[^x]z", "x[a-]y", "[\\]]w", "a/**/", "foo", "foo/*", "!foo/bar",
    ];

    private static readonly string[] s_paths =
    [
        "a.o", "root-only", "sub/root-only", "dir/f.c", "sub/dir/g", "a/b", "sub/a/b", "a/x.c", "a/s/x.c", "deep",
        "p/q/deep", "deep/1/2", "x/y", "x/1/y", "x/1/2/y", "fooXbar", "foobar", "b.txt", "d.txt", "d.log", "a.log",
        "c1.dat", "g1.dat", "#hash", "!bang", "trail ", "spaced", "keep", "sub/keep", "z", "p/z", "sub/ok", "sub/no",
        "5x", "Xx", "Ab", "]q", "-q", "weird", "a*b", "aXb", "a/c/b", "s", "foo/bar", "foo/baz", "yz", "xz", "x-y",
        "xay", "]w", "a/d/e", "foo/bar/deeper",
    ];

    [SkippableFact]
    public void Every_pair_of_patterns_decides_as_git_check_ignore_does()
    {
        Skip.IfNot(File.Exists("/usr/bin/git"), "git is not installed");
        using TemporaryDirectory directory = new();
        MakeWorkTree(directory.Path);
        Random random = new(Seed);
        for (int round = 0; round < 120; round++)
        {
            string[] lines = round < s_patterns.Length
                ? [s_patterns[round]]
                : [.. Enumerable.Range(0, random.Next(2, 6)).Select(_ => s_patterns[random.Next(s_patterns.Length)])];
            Compare(directory.Path, lines);
        }
    }

    [Theory]
    [InlineData("/usr/share/doc", "/usr/share", "doc", true, true)]
    [InlineData("usr/share/doc", "/usr/share", "doc", true, true)]
    [InlineData("share/doc", "/usr/share", "doc", true, false)]
    [InlineData("doc/", "/usr/share", "doc", false, false)]
    [InlineData("#x", "/", "#x", false, true)]
    [InlineData("*.tmp", "/", "a.tmp", false, true)]
    public void Patterns_are_anchored_at_the_root_of_recorded_paths(
        string pattern, string directory, string name, bool isDirectory, bool isMatch)
    {
        PatternSet set = PatternSet.FromPatterns([pattern]);

        bool actual = set.IsMatch(RawPath.FromText(directory), RawPath.FromText(name), isDirectory);

        Assert.Equal(isMatch, actual);
    }

    [Fact]
    public void Names_are_matched_byte_by_byte()
    {
        PatternSet set = PatternSet.Empty.AddFile([(byte)'x', 0xFF, (byte)'?', (byte)'\n']);

        Assert.True(set.IsMatch("/"u8, [(byte)'x', 0xFF, 0xFE], false));
        Assert.False(set.IsMatch("/"u8, [(byte)'x', 0xFE, 0xFE], false));
    }

    [Fact]
    public void Comments_and_empty_lines_of_a_file_are_skipped()
    {
        PatternSet set = PatternSet.Empty.AddFile("\ufeff# comment\r\n\r\n*.bak\r\n"u8);

        Assert.True(set.IsMatch("/"u8, "x.bak"u8, false));
        Assert.False(set.IsMatch("/"u8, "# comment"u8, false));
    }

    [Fact]
    public void A_pattern_of_many_stars_is_decided_in_time()
    {
        PatternSet set = PatternSet.FromPatterns(["/" + string.Concat(Enumerable.Repeat("a*", 30)) + "b"]);
        System.Diagnostics.Stopwatch watch = System.Diagnostics.Stopwatch.StartNew();

        Assert.False(set.IsMatch("/"u8, RawPath.FromText(new string('a', 250)), false));
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    private static int Seed =>
        int.TryParse(Environment.GetEnvironmentVariable("SNAPFS_SEED"), out int seed) ? seed : 42;

    private static void MakeWorkTree(string root)
    {
        Shell.Run("git", "-C", root, "init", "-q");
        foreach (string path in s_paths.OrderByDescending(path => path.Length))
        {
            string file = Path.Combine(root, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file) ?? root);
            if (!Directory.Exists(file))
            {
                File.WriteAllText(file, "");
            }
        }
    }

    private static void Compare(string root, string[] lines)
    {
        File.WriteAllLines(Path.Combine(root, ".git", "info", "exclude"), lines);
        PatternSet set = PatternSet.Empty.AddFile(File.ReadAllBytes(Path.Combine(root, ".git", "info", "exclude")));
        List<string> paths = [.. Directory.EnumerateFileSystemEntries(root, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(root, path))
            .Where(path => path != ".git" && !path.StartsWith(".git/", StringComparison.Ordinal))];
        HashSet<string> ignored = GitIgnored(root, paths);
        foreach (string path in paths)
        {
            bool actual = IsExcluded(set, root, path);
            Assert.True(
                actual == ignored.Contains(path),
                $"patterns {string.Join(" | ", lines)}: {path} is {(actual ? "" : "not ")}excluded; seed {Seed}");
        }
    }

    /// <summary>A path is excluded if it or a directory above it is.</summary>
    private static bool IsExcluded(PatternSet set, string root, string path)
    {
        string directory = "";
        foreach (string name in path.Split('/'))
        {
            string full = directory.Length == 0 ? name : $"{directory}/{name}";
            bool isDirectory = Directory.Exists(Path.Combine(root, full));
            if (set.IsMatch(RawPath.FromText(directory), RawPath.FromText(name), isDirectory))
            {
                return true;
            }

            directory = full;
        }

        return false;
    }

    private static HashSet<string> GitIgnored(string root, List<string> paths)
    {
        string list = Path.Combine(root, ".git", "paths");
        File.WriteAllText(list, string.Join('\0', paths) + "\0");
        string output = Shell.Run(
            "sh", "-c", $"git -C '{root}' check-ignore --no-index -z --stdin < '{list}' || test $? = 1");
        return [.. output.Split('\0', StringSplitOptions.RemoveEmptyEntries)];
    }
}
