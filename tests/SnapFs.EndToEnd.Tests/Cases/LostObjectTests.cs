using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Processes;

namespace SnapFs.EndToEnd.Tests.Cases;

/// <summary>Objects are gone from the repository; the sources are still there.</summary>
public sealed class LostObjectTests : IDisposable
{
    private readonly RepositoryFixture fixture = new RepositoryFixture().Initialise();
    private readonly string source;

    public LostObjectTests()
    {
        source = fixture["src"];
        Directory.CreateDirectory(source);
        for (int i = 0; i < 5; i++)
        {
            byte[] content = new byte[100_000];
            new Random(i).NextBytes(content);
            File.WriteAllBytes(Path.Combine(source, $"{i}"), content);
        }

        fixture.Run("backup", source, "--source", "s").Expect();
    }

    public void Dispose() => fixture.Dispose();

    [Theory]
    [InlineData("s")]
    [InlineData("another")]
    public void What_a_lost_pack_held_is_stored_anew_and_comes_back_from_old_and_new_snapshots(string sourceName)
    {
        File.Delete(fixture.Packs().MaxBy(pack => pack.Value).Key);

        ProcessResult backup = fixture.Run("backup", source, "--source", sourceName);

        Assert.True(backup.ExitCode == ExitCodes.Partial, backup.ToString());
        Assert.Contains("1 pack", backup.Error, StringComparison.Ordinal);
        AssertEverySnapshotIsWhole(expected: 2);
    }

    [Fact]
    public void A_backup_after_the_loss_of_the_index_leaves_a_snapshot_that_comes_back()
    {
        foreach (string segment in fixture.Objects("index").Keys)
        {
            File.Delete(segment);
        }

        fixture.Run("backup", source, "--source", "s").Expect();

        AssertEverySnapshotIsWhole(expected: 2);
    }

    private void AssertEverySnapshotIsWhole(int expected)
    {
        using MountPoint mount = fixture.Mount();
        string[] roots = Directory.GetDirectories(Path.Combine(mount.Path, "hosts", Environment.MachineName))
            .SelectMany(Directory.GetDirectories)
            .Where(path => Path.GetFileName(path) != "latest")
            .ToArray();
        Assert.Equal(expected, roots.Length);
        foreach (string root in roots)
        {
            ProcessRunner.Run("diff", ["-r", source, root + source]).Expect();
        }
    }
}
