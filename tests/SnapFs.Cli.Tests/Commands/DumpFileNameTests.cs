using SnapFs.Cli.Commands.BackupManager;

namespace SnapFs.Cli.Tests.Commands;

public sealed class DumpFileNameTests
{
    [Theory]
    [InlineData("user.alice", "user.alice")]
    [InlineData("user.alice.dump.gz.aescrypt", "user.alice")]
    [InlineData("user.alice.dump.gz", "user.alice")]
    [InlineData("user.alice.dump", "user.alice")]
    [InlineData("user.gz.dump", "user.gz")]
    [InlineData(".dump", ".dump")]
    public void The_suffixes_of_backup_manager_are_passed_over(string name, string volume) =>
        Assert.Equal(volume, DumpFileName.VolumeOf(name));
}
