using System.Text;
using SnapFs.Files.Excludes;
using SnapFs.Testing;

namespace SnapFs.Files.Tests.Excludes;

/// <summary>Patterns that are relative to directories, and patterns that match nothing.</summary>
public sealed class AnchorTests
{
    private const string Alphabet = "ab/*?[]\\.!-:";

    [Fact]
    public void A_pattern_below_a_directory_matches_there_what_it_matches_at_the_root() => Seeds.ForEach(3000, random =>
    {
        PatternSet set = PatternSet.FromPatterns([RandomText(random, 8), RandomText(random, 8)]);
        string anchor = "/~" + RandomPath(random); // no pattern begins so, which would be that path
        string directory = RandomPath(random);
        byte[] name = Encoding.UTF8.GetBytes(RandomName(random));
        bool isDirectory = random.Next(2) == 0;

        bool atRoot = set.IsMatch(Encoding.UTF8.GetBytes(directory), name, isDirectory);
        bool below = set.Below([Encoding.UTF8.GetBytes(anchor)])
            .IsMatch(Encoding.UTF8.GetBytes($"{anchor}/{directory}"), name, isDirectory);

        Assert.Equal(atRoot, below);
    });

    [Fact]
    public void A_pattern_that_is_said_to_match_nothing_matches_nothing() => Seeds.ForEach(3000, random =>
    {
        string pattern = RandomText(random, 8);
        if (PatternSet.WhyNever(Encoding.UTF8.GetBytes(pattern)) is not { } why)
        {
            return;
        }

        PatternSet set = PatternSet.FromPatterns([pattern]);
        for (int i = 0; i < 50; i++)
        {
            string directory = RandomPath(random);
            string name = RandomName(random);
            bool? matches = set.Decide(Encoding.UTF8.GetBytes(directory), Encoding.UTF8.GetBytes(name), random.Next(2) == 0);
            Assert.True(matches is null, $"'{pattern}' ({why}) matches {directory}/{name}");
        }
    });

    [Theory]
    [InlineData("a")]
    [InlineData("/a/b")]
    [InlineData("a/**/b")]
    [InlineData("**/a")]
    [InlineData("[]a]")]
    [InlineData("[!]a]")]
    [InlineData("[[:alpha:]]")]
    [InlineData("[a[:]")]
    [InlineData("[a-[:x:]")]
    [InlineData(@"\[a")]
    [InlineData("a/")]
    [InlineData("...")]
    public void A_pattern_that_may_match_is_not_complained_of(string pattern) =>
        Assert.Null(PatternSet.WhyNever(Encoding.UTF8.GetBytes(pattern)));

    [Theory]
    [InlineData("[я]*", "[я]")]
    [InlineData("a/[x-ä]b", "[x-ä]")]
    [InlineData("[!ß]", "[!ß]")]
    [InlineData(@"\[[é]", "[é]")]
    [InlineData("[ab]я", null)]
    [InlineData(@"\[я]", null)]
    [InlineData("[я", null)]
    [InlineData("[]a]я]", null)]
    [InlineData("я", null)]
    public void A_set_in_which_a_character_is_several_bytes_is_named(string pattern, string? set) =>
        Assert.Equal(set, PatternSet.SetOfBytes(Encoding.UTF8.GetBytes(pattern)));

    [Fact]
    public void A_set_of_one_byte_that_is_no_text_is_one() =>
        Assert.Null(PatternSet.SetOfBytes([(byte)'[', 0xe9, (byte)']']));

    private static string RandomText(Random random, int length) =>
        new([.. Enumerable.Range(0, random.Next(1, length)).Select(_ => Alphabet[random.Next(Alphabet.Length)])]);

    private static string RandomPath(Random random) =>
        string.Join('/', Enumerable.Range(0, random.Next(1, 4)).Select(_ => RandomName(random)));

    /// <summary>No name is empty, <c>.</c> or <c>..</c>, and none has a slash.</summary>
    private static string RandomName(Random random) => RandomText(random, 4).Replace('/', 'a').Replace('.', 'b');
}
