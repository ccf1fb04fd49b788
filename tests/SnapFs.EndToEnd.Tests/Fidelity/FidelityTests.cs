using SnapFs.Testing.Processes;
using SnapFs.Testing.Trees;

namespace SnapFs.EndToEnd.Tests.Fidelity;

/// <summary>The first promise: what was backed up comes back, field by field, by every way out.</summary>
public sealed class FidelityTests(FidelityFixture fixture) : IClassFixture<FidelityFixture>
{
    [Fact]
    public void The_mount_shows_every_field_of_the_torture_tree()
    {
        TreeManifest shown = TreeManifest.Scan(fixture.InMount);

        // ctime is no field that a restore could set, but a mount shows the one that was recorded.
        AssertNoDifference(fixture.Original, shown, TreeFields.Restorable | TreeFields.ChangeTime);
    }

    [Fact]
    public void The_mount_shows_the_same_when_it_is_read_a_second_time()
    {
        TreeManifest first = TreeManifest.Scan(fixture.InMount);
        TreeManifest second = TreeManifest.Scan(fixture.InMount);

        AssertNoDifference(first, second, TreeFields.Restorable | TreeFields.ChangeTime | TreeFields.BirthTime);
    }

    [Fact]
    public void Restore_brings_back_every_field()
    {
        string target = fixture.Repository["restored"];

        fixture.Repository.Run("restore", "latest", "--target", target).Expect();

        AssertNoDifference(fixture.Original, TreeManifest.Scan(target + fixture.Tree.Path));
    }

    [Fact]
    public void Restore_of_a_directory_brings_back_its_contents()
    {
        string target = fixture.Repository["contents"];

        fixture.Repository.Run("restore", $"latest:{fixture.Tree.Path}/xattrs", "--target", target).Expect();

        TreeManifest expected = TreeManifest.Scan(fixture.Tree.Path + "/xattrs");
        Assert.All(
            TreeManifest.Compare(expected, TreeManifest.Scan(target)),
            difference => Assert.Equal(".", difference.Path));
    }

    [Fact]
    public void Copying_with_cp_gives_what_copying_the_original_gives() => AssertToolSeesNoDifference(
        "cp", "mkdir \"$2\"; cp -a \"$1/.\" \"$2\"", TreeFields.Holes);

    [Fact]
    public void Copying_with_tar_gives_what_copying_the_original_gives() => AssertToolSeesNoDifference(
        "tar",
        """
        mkdir "$2"
        tar --create --format=posix --xattrs --xattrs-include='*' --acls --sparse --directory "$1" --file - . |
            tar --extract --xattrs --xattrs-include='*' --acls --sparse --same-owner --preserve-permissions \
                --numeric-owner --directory "$2" --file -
        """,
        TreeFields.Holes | TreeFields.Presence | TreeFields.LinkCount | TreeFields.LinkGroup);

    [Fact]
    public void Copying_with_rsync_gives_what_copying_the_original_gives() => AssertToolSeesNoDifference(
        "rsync", "rsync -aHAXS --numeric-ids \"$1/\" \"$2/\"", TreeFields.Holes);

    /// <summary>
    /// Copies original and mount with the same tool. Tools have faults of their own (tar knows neither sockets nor
    /// linked fifos, all of them turn some written zeros into holes); what the tool loses from the original it may lose
    /// from the mount, and nothing else.
    /// </summary>
    private void AssertToolSeesNoDifference(string tool, string script, TreeFields ownFaults)
    {
        Assert.True(ProcessRunner.Exists(tool), $"{tool} is not installed");
        string fromOriginal = fixture.Repository[tool + "-original"];
        string fromMount = fixture.Repository[tool + "-mount"];
        ProcessRunner.Run("sh", ["-euc", script, "sh", fixture.Tree.Path, fromOriginal]).Expect();
        ProcessRunner.Run("sh", ["-euc", script, "sh", fixture.InMount, fromMount]).Expect();

        TreeManifest expected = TreeManifest.Scan(fromOriginal);
        IReadOnlyList<TreeDifference> lost = TreeManifest.Compare(fixture.Original, expected);
        Assert.All(lost, difference => Assert.True(ownFaults.HasFlag(difference.Field), $"by {tool}: {difference}"));
        Assert.True(lost.Count < fixture.Original.Records.Count / 100, $"{tool} loses too much to be a measure");
        AssertNoDifference(expected, TreeManifest.Scan(fromMount));
    }

    private static void AssertNoDifference(
        TreeManifest expected, TreeManifest actual, TreeFields fields = TreeFields.Restorable)
    {
        IReadOnlyList<TreeDifference> differences = TreeManifest.Compare(expected, actual, fields);
        Assert.True(
            differences.Count == 0,
            $"{differences.Count} differences, the first:\n{string.Join('\n', differences.Take(40))}");
    }
}
