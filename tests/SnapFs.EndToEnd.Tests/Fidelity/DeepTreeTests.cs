using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Trees;

namespace SnapFs.EndToEnd.Tests.Fidelity;

public sealed class DeepTreeTests
{
    [Fact]
    public void A_path_beyond_PATH_MAX_is_backed_up_shown_and_restored()
    {
        using RepositoryFixture fixture = new RepositoryFixture().Initialise();
        TortureOptions options = TortureOptions.ShortRun with { WideEntries = 10, RandomLength = 1000 };
        TortureTree tree = TortureTree.Create(fixture["deep"], options);
        TreeManifest original = TreeManifest.Scan(tree.Path);

        fixture.Run("backup", tree.Path, "--source", "deep").Expect();
        using (MountPoint mount = fixture.Mount())
        {
            Assert.Empty(TreeManifest.Compare(original, TreeManifest.Scan(mount.Latest("deep", tree.Path))));
        }

        fixture.Run("restore", $"latest:{tree.Path}", "--target", fixture["restored"]).Expect();
        IReadOnlyList<TreeDifference> found = TreeManifest.Compare(
            original, TreeManifest.Scan(fixture["restored"]));
        Assert.DoesNotContain(found, difference => difference.Path != ".");
    }
}
