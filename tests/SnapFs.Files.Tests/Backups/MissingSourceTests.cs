using System.Collections.Concurrent;
using SnapFs.Files.Backups;
using SnapFs.Files.Tests.Support;
using SnapFs.Posix.Files;
using SnapFs.Snapshots;
using SnapFs.Testing.Trees;

namespace SnapFs.Files.Tests.Backups;

/// <summary>Paths to back up that are not there.</summary>
public sealed class MissingSourceTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly MemorySink _sink = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void When_no_source_exists_that_is_an_error_before_anything_is_put()
    {
        _sink.OnPut = (_, _) => Assert.Fail("something was put");

        SourceException one = Assert.Throws<SourceException>(() => Backup.Run(_sink, _directory["missing"]));
        SourceException two = Assert.Throws<SourceException>(() => Backup.Run(_sink, _directory["missing"], _directory["too"]));

        Assert.Contains(_directory["missing"], one.Message, StringComparison.Ordinal);
        Assert.Equal(2, one.Errno);
        Assert.Contains("nor any of the 1 other paths", two.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing", 2)]
    [InlineData("tree/f/below", 20)]
    public void Beside_one_that_exists_a_missing_one_is_a_problem_and_the_snapshot_partial(string name, int errno)
    {
        string tree = new TestTree { ["f"] = "1" }.WriteTo(_directory["tree"]);
        string missing = _directory[name];
        ConcurrentBag<Problem> problems = [];

        BackupResult result = Backup.Run(_sink, Backup.Of(missing, tree) with { OnProblem = problems.Add });

        Assert.Equal(["f"], Backup.Paths(_sink, result, tree));
        Assert.True(result.IsPartial);
        Assert.Equal(2, result.Paths.Count);
        Assert.Equal(errno, Assert.Single(problems).Errno);
        Assert.Equal(missing, RawPath.ToText(problems.Single().Path.Span));
        Omission omission = Assert.Single(result.Omissions);
        Assert.Equal((missing, OmissionKind.UnreadableFile), (RawPath.ToText(omission.Path.Span), omission.Kind));
    }

    [Fact]
    public void A_missing_one_is_told_of_as_a_problem_and_not_as_gone()
    {
        string tree = new TestTree { ["a/f"] = "1", ["b/f"] = "2" }.WriteTo(_directory["tree"]);
        TemporaryDirectory.Settle();
        BackupResult first = Backup.Run(_sink, tree + "/a", tree + "/b");
        Directory.Move(tree + "/b", tree + "/c");
        ConcurrentBag<string> told = [];
        BackupOptions options = Backup.Of(tree + "/a", tree + "/b") with
        {
            OnChange = (change, path) => told.Add($"{(char)change} {RawPath.ToText(path)}"),
        };

        BackupResult second = Backup.Run(_sink, options.After(_sink, first));

        Assert.Empty(told);
        Assert.Single(second.Problems);
        Assert.Equal(["a", "a/f"], Backup.Paths(_sink, second, tree));
    }

    [Fact]
    public void What_is_recorded_below_a_missing_one_is_backed_up()
    {
        string tree = new TestTree { ["www/f"] = "1" }.WriteTo(_directory["tree"]);
        BackupOptions options = Backup.Of() with
        {
            Sources =
            [
                BackupSource.FromText(_directory["missing"], "/srv"),
                BackupSource.FromText(tree + "/www", "/srv/www"),
            ],
        };

        BackupResult result = Backup.Run(_sink, options);

        Assert.Equal(["srv", "srv/www", "srv/www/f"], Backup.Paths(_sink, result, "/"));
        Assert.Single(result.Problems);
    }
}
