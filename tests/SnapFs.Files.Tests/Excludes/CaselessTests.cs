using SnapFs.Files.Excludes;
using SnapFs.Posix.Files;
using SnapFs.Testing;

namespace SnapFs.Files.Tests.Excludes;

/// <summary>Patterns in which letters of either case are the same.</summary>
public sealed class CaselessTests
{
    private const string Alphabet = "aAbBz*?[]-!^\\äÄßрРяЯ";

    [Theory]
    [InlineData("*.TMP", "x.tmp", true)]
    [InlineData("*.tmp", "X.TmP", true)]
    [InlineData("*.tmp", "x.tmq", false)]
    [InlineData("[a-c]x", "BX", true)]
    [InlineData("[!a-c]x", "BX", false)]
    [InlineData("[!a-c]x", "DX", true)]
    [InlineData("[]a]", "A", true)]
    [InlineData("[]a]", "]", true)]
    [InlineData("[-a]", "-", true)]
    [InlineData("[-a]", "B", false)]
    [InlineData("[a-]", "-", true)]
    [InlineData("[[:upper:]]", "a", true)]
    [InlineData(@"\a", "A", true)]
    [InlineData(@"\*a", "*A", true)]
    [InlineData(@"\*a", "xA", false)]
    [InlineData("äpfel", "ÄPFEL", true)]
    [InlineData("отчёт", "ОТЧЁТ", true)]
    [InlineData("отчёт", "ОТЧЕТ", false)]
    [InlineData("ф", "Є", false)]
    public void A_pattern_matches_letters_of_either_case(string pattern, string name, bool isMatch)
    {
        PatternSet set = Caseless(pattern);
        PatternSet stored = PatternSet.FromLines(set.Lines);

        Assert.Equal(isMatch, set.IsMatch("/"u8, RawPath.FromText(name), isDirectory: false));
        Assert.Equal(isMatch, stored.IsMatch("/"u8, RawPath.FromText(name), isDirectory: false));
    }

    [Fact]
    public void The_case_of_a_name_does_not_matter_and_what_matches_without_it_matches() => Seeds.ForEach(40_000, random =>
    {
        string pattern = RandomText(random, 6);
        string name = RandomText(random, 5);
        if (PatternSet.WhyNever(RawPath.FromText(pattern)) is not null || PatternSet.SetOfBytes(RawPath.FromText(pattern)) is not null)
        {
            return;
        }

        PatternSet set = Caseless(pattern);
        bool isMatch = Matches(set, name);

        Assert.True(isMatch == Matches(set, name.ToUpperInvariant()), $"{pattern} in the upper case of {name}");
        Assert.True(isMatch == Matches(set, name.ToLowerInvariant()), $"{pattern} in the lower case of {name}");
        Assert.True(isMatch == Matches(PatternSet.FromLines(set.Lines), name), $"{pattern} as stored, {name}");
        if (Matches(PatternSet.FromPatterns([pattern]), name))
        {
            Assert.True(pattern.StartsWith('!') || isMatch, $"{pattern} does not match {name}");
        }

        if (!pattern.Contains('[', StringComparison.Ordinal))
        {
            Assert.Equal(Matches(PatternSet.FromPatterns([pattern.ToLowerInvariant()]), name.ToLowerInvariant()), isMatch);
        }
    });

    [Fact]
    public void A_path_that_is_backed_up_is_known_in_either_case()
    {
        PatternSet set = Caseless("/HOME/ann/Tmp").Below(["/home/ann"u8.ToArray()]);

        Assert.True(set.IsMatch("/home/ann"u8, "TMP"u8, isDirectory: true));
        Assert.False(set.IsMatch("/home/ann/home/ann"u8, "TMP"u8, isDirectory: true));
    }

    [Fact]
    public void Too_many_ways_to_write_a_pattern_are_none() =>
        Assert.Null(PatternSet.Empty.AddIgnoringCase("рстуфхцчш"));

    private static PatternSet Caseless(string pattern)
    {
        PatternSet? set = PatternSet.Empty.AddIgnoringCase(pattern);
        Assert.NotNull(set);
        return set;
    }

    private static bool Matches(PatternSet set, string name) =>
        set.IsMatch("/"u8, RawPath.FromText(name), isDirectory: false);

    /// <summary>No slash: a pattern with one is about directories.</summary>
    private static string RandomText(Random random, int length) =>
        new([.. Enumerable.Range(0, random.Next(1, length)).Select(_ => Alphabet[random.Next(Alphabet.Length)])]);
}
