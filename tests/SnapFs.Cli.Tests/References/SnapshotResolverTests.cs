using SnapFs.Chunks;
using SnapFs.Cli.Hosting;
using SnapFs.Cli.References;
using SnapFs.Objects;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Cli.Tests.References;

public sealed class SnapshotResolverTests
{
    private static readonly DateTimeOffset Day = new(2026, 11, 21, 2, 20, 0, TimeSpan.Zero);

    private readonly List<SnapshotHead> _snapshots =
    [
        Make(0x11, "web1", "usr", Day),
        Make(0x12, "web1", "usr", Day.AddDays(1)),
        Make(0x13, "web1", "usr", Day.AddDays(2)),
        Make(0x14, "web1", "usr", Day.AddDays(2).AddMilliseconds(5)),
    ];

    [Theory]
    [InlineData("latest", 3)]
    [InlineData("web1:usr", 3)]
    [InlineData("web1:usr@2026-11-22", 1)]
    [InlineData("web1:usr@2026-11-21T02:20:00Z", 0)]
    [InlineData("web1:usr@2026-11-23T02-20-00Z-2", 3)]
    [InlineData("12121212", 1)]
    public void A_reference_names_one_snapshot(string text, int expected) =>
        Assert.Equal(
            _snapshots[expected].Id, SnapshotResolver.Resolve(_snapshots, SnapshotReference.Parse(text)).Id);

    [Theory]
    [InlineData("web2:usr")]
    [InlineData("web1:etc")]
    [InlineData("web1:usr@2025")]
    [InlineData("web1:usr@2026-11-23T02-20-00Z-3")]
    [InlineData("99999999")]
    public void What_does_not_exist_fails(string text)
    {
        CommandFailedException e = Assert.Throws<CommandFailedException>(
            () => SnapshotResolver.Resolve(_snapshots, SnapshotReference.Parse(text)));
        Assert.Equal(ExitCode.Failed, e.ExitCode);
        Assert.Contains("snapfs snapshots", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_ambiguous_reference_lists_the_candidates()
    {
        _snapshots.Add(Make(0x21, "web2", "usr", Day));

        CommandFailedException e = Assert.Throws<CommandFailedException>(
            () => SnapshotResolver.Resolve(_snapshots, SnapshotReference.Parse("latest")));

        Assert.Contains("web1:usr@2026-11-23T02-20-00Z", e.Message, StringComparison.Ordinal);
        Assert.Contains("web2:usr@2026-11-21T02-20-00Z", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_repository_says_what_to_do()
    {
        CommandFailedException e = Assert.Throws<CommandFailedException>(
            () => SnapshotResolver.Resolve([], SnapshotReference.Parse("latest")));
        Assert.Contains("snapfs backup", e.Message, StringComparison.Ordinal);
    }

    private static SnapshotHead Make(byte id, string host, string source, DateTimeOffset started) => new()
    {
        Id = ObjectId.Read(Enumerable.Repeat(id, ObjectId.Length).ToArray()),
        Host = host,
        Source = source,
        Started = Timestamp.From(started),
        Ended = Timestamp.From(started),
        Agent = "snapfs",
        Root = new ChunkRef(default, 1),
        Statistics = new SnapshotStatistics(),
    };
}
