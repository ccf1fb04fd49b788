using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Trees;

namespace SnapFs.EndToEnd.Tests.Trees;

public sealed class TestTreeTests
{
    [Fact]
    public void A_literal_tree_is_written_with_its_parents_and_empty_directories()
    {
        using TestDirectory directory = new();

        new TestTree { ["a/b"] = "text", ["empty/"] = "" }.WriteTo(directory["t"]);

        Assert.Equal("text", File.ReadAllText(directory["t/a/b"]));
        Assert.Empty(Directory.GetFileSystemEntries(directory["t/empty"]));
    }
}
