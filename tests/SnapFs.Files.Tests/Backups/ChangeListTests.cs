using System.Collections.Concurrent;
using SnapFs.Files.Backups;
using SnapFs.Files.Tests.Support;
using SnapFs.Posix.Files;
using SnapFs.Testing.Trees;

namespace SnapFs.Files.Tests.Backups;

/// <summary>What a backup tells of while it runs.</summary>
public sealed class ChangeListTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly MemorySink _sink = new();
    private readonly ConcurrentBag<string> _told = [];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_first_backup_tells_of_everything()
    {
        string tree = new TestTree { ["a/f"] = "1", ["g"] = "2" }.WriteTo(_directory["tree"]);

        Backup.Run(_sink, Telling(tree));

        Assert.Equal(["+ ", "+ /a", "+ /a/f", "+ /g"], Told(tree));
    }

    [Fact]
    public void A_later_one_tells_of_what_is_new_read_again_and_gone()
    {
        string tree = new TestTree
        {
            ["changed"] = "1",
            ["gone"] = "1",
            ["last/z"] = "1",
            ["old/f"] = "1",
            ["same/f"] = "1",
            ["was"] = "file",
        }.WriteTo(_directory["tree"]);
        TemporaryDirectory.Settle();
        BackupResult first = Backup.Run(_sink, tree);
        Shell.Run("rm", "-r", tree + "/gone", tree + "/old", tree + "/last/z", tree + "/was");
        File.WriteAllText(tree + "/changed", "22");
        new TestTree { ["new/f"] = "3", ["was/f"] = "4" }.WriteTo(tree);

        Backup.Run(_sink, Telling(tree).After(_sink, first));

        Assert.Equal(
            ["+ /new", "+ /new/f", "+ /was", "+ /was/f", "- /gone", "- /last/z", "- /old", "M /changed"], Told(tree));
    }

    [Fact]
    public void Nothing_is_told_of_what_is_as_it_was()
    {
        string tree = new TestTree { ["a/f"] = "1", ["g"] = "2" }.WriteTo(_directory["tree"]);
        TemporaryDirectory.Settle();
        BackupResult first = Backup.Run(_sink, tree);

        Backup.Run(_sink, Telling(tree).After(_sink, first));

        Assert.Empty(_told);
    }

    private BackupOptions Telling(string tree) => Backup.Of(tree) with
    {
        OnChange = (change, path) => _told.Add($"{(char)change} {RawPath.ToText(path)}"),
    };

    private List<string> Told(string tree) =>
        [.. _told.Select(line => line.Replace(tree, "", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
}
