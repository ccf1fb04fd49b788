using SnapFs.Chunks;
using SnapFs.Jobs.References;
using SnapFs.Objects;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Jobs.Tests.References;

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
    [InlineData("web1:usr@2026-11-21T02:20:00Z-1", 0)]
    [InlineData("web1:usr@2026-11-22T02:19", 0)]
    [InlineData("web1:usr@2026-11-22T02", 1)]
    [InlineData("web1:usr@2026-12-24", 3)]
    [InlineData("web1:usr@2026", 3)]
    [InlineData("web1:usr@9999", 3)]
    [InlineData("@2026-11-22", 1)]
    [InlineData("@latest", 3)]
    [InlineData("web1:usr@yesterday", 1)]
    [InlineData("yesterday", 1)]
    [InlineData("@today", 3)]
    [InlineData("latest~0", 3)]
    [InlineData("latest~1", 2)]
    [InlineData("web1:usr~3", 0)]
    [InlineData("web1:usr@2026-11-21T02:20:00Z", 0)]
    [InlineData("web1:usr@2026-11-23T02-20-00Z-2", 3)]
    [InlineData("12121212", 1)]
    public void A_reference_names_one_snapshot(string text, int expected) =>
        Assert.Equal(
            _snapshots[expected].Id, Resolve(text).Id);

    [Theory]
    [InlineData("web2:usr")]
    [InlineData("web1:etc")]
    [InlineData("web1:usr@2025")]
    [InlineData("web1:usr@2026-11-21T02:19:59")]
    [InlineData("web1:usr~4")]
    [InlineData("latest~2147483647")]
    [InlineData("web1:usr@2026-11-23T02-20-00Z-3")]
    [InlineData("99999999")]
    public void What_does_not_exist_fails(string text)
    {
        JobException e = Assert.Throws<JobException>(
            () => Resolve(text));
        Assert.Equal(ErrorKind.NotFound, e.Kind);
        Assert.Contains("snapfs snapshots", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("web1:usr@2026-13")]
    [InlineData("web1:usr@2026-11-2")]
    [InlineData("web1:usr@2026-11-21T02:20:00+15:00")]
    [InlineData("web1:usr@2026-11-21T02:20:00+1:00")]
    public void What_is_no_time_is_a_usage_error(string text) => Assert.Throws<UsageException>(() => Resolve(text));

    [Theory]
    [InlineData("@2026-11-22T03:20+01:00", 1)]
    [InlineData("@2026-11-22T03:19:59+01:00", 0)]
    [InlineData("@2026-11-21T21:20-05:00", 1)]
    [InlineData("@2026-11-21T21:19-05:00", 0)]
    [InlineData("@2026-11-21-05:00", 1)]
    [InlineData("@2026-11-21T02-20-00Z", 0)]
    public void A_time_may_say_how_far_it_is_from_utc(string text, int expected)
    {
        _snapshots.RemoveRange(2, 2);

        Assert.Equal(_snapshots[expected].Id, Resolve(text).Id);
        Assert.Equal(_snapshots[expected].Id, Resolve(text, zone: NewYork).Id);
    }

    [Theory]
    [InlineData("@2026-11-21", 1)]
    [InlineData("@2026-11-21T21:20", 1)]
    [InlineData("@2026-11-21T21:19", 0)]
    [InlineData("@2026-11-22T02-20-00Z", 1)]
    [InlineData("@2026-11-20", 0)]
    public void A_time_that_does_not_say_it_may_be_of_another_zone(string text, int expected)
    {
        _snapshots.RemoveRange(2, 2);

        Assert.Equal(_snapshots[expected].Id, Resolve(text, zone: NewYork).Id);
    }

    [Fact]
    public void Days_of_people_are_those_of_their_time_zone()
    {
        // 2026-11-23T02:20 UTC is still the 22nd in New York, and the snapshot of the 22nd was taken on the 21st there.
        _snapshots.RemoveRange(2, 2);
        FixedClock newYork = new(Day.AddDays(2), TimeSpan.FromHours(-5));

        Assert.Equal(_snapshots[1].Id, Resolve("yesterday", clock: newYork).Id);
        Assert.Equal(_snapshots[1].Id, Resolve("@today", clock: newYork).Id);
        newYork = new(Day.AddDays(1), TimeSpan.FromHours(-5));
        Assert.Equal(_snapshots[0].Id, Resolve("yesterday", clock: newYork).Id);
    }

    [Fact]
    public void A_source_that_is_called_like_a_time_or_steps_is_that_source()
    {
        _snapshots.Add(Make(0x31, "web1", "usr~1", Day));
        _snapshots.Add(Make(0x32, "web1", "usr@2026", Day));

        Assert.Equal(_snapshots[4].Id, Resolve("web1:usr~1").Id);
        Assert.Equal(_snapshots[5].Id, Resolve("web1:usr@2026").Id);
        Assert.Equal(_snapshots[1].Id, Resolve("web1:usr~2").Id);
    }

    [Fact]
    public void An_ambiguous_reference_lists_the_candidates()
    {
        _snapshots.Add(Make(0x21, "web2", "usr", Day));

        JobException e = Assert.Throws<JobException>(
            () => Resolve("latest"));

        Assert.Contains("--host", e.Message, StringComparison.Ordinal);
        Assert.Contains("web1:usr@2026-11-23T02-20-00Z", e.Message, StringComparison.Ordinal);
        Assert.Contains("web2:usr@2026-11-21T02-20-00Z", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_repository_says_what_to_do()
    {
        _snapshots.Clear();
        JobException e = Assert.Throws<JobException>(() => Resolve("latest"));
        Assert.Contains("snapfs backup", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Latest_is_the_newest_of_this_host_whatever_others_have()
    {
        _snapshots.Add(Make(0x21, "here", "usr", Day));
        _snapshots.Add(Make(0x22, "here", "etc", Day.AddHours(1)));
        _snapshots.Add(Make(0x23, "web2", "etc", Day.AddDays(9)));

        Assert.Equal(_snapshots[5].Id, Resolve("latest").Id);
    }

    [Fact]
    public void Latest_is_that_of_the_host_that_is_named()
    {
        _snapshots.Add(Make(0x21, "here", "usr", Day));
        _snapshots.Add(Make(0x22, "web1", "etc", Day.AddHours(1)));

        Assert.Equal(_snapshots[3].Id, Resolve("latest", "web1").Id);
        Assert.Contains(
            "web3",
            Assert.Throws<JobException>(() => Resolve("latest", "web3")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_snapshot_of_another_host_than_the_named_one_is_refused()
    {
        Assert.Equal(_snapshots[1].Id, Resolve("12121212", "web1").Id);
        JobException e = Assert.Throws<JobException>(() => Resolve("12121212", "web2"));
        Assert.Contains("web1", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PathCover.BackedUp, PathCover.Ancestor, 4)]
    [InlineData(PathCover.Ancestor, PathCover.None, 4)]
    [InlineData(PathCover.BackedUp, PathCover.BackedUp, 5)]
    [InlineData(PathCover.Ancestor, PathCover.BackedUp, 5)]
    [InlineData(PathCover.None, PathCover.None, 5)]
    internal void Latest_with_a_path_is_the_newest_source_that_holds_it(
        PathCover ofOlder, PathCover ofNewer, int expected)
    {
        _snapshots.Add(Make(0x21, "here", "older", Day));
        _snapshots.Add(Make(0x22, "here", "newer", Day.AddHours(1)));

        LatestRule rule = new(
            null, "here", (snapshot, _) => snapshot.Source == "older" ? ofOlder : ofNewer);
        Assert.Equal(
            _snapshots[expected].Id,
            SnapshotResolver.Resolve(_snapshots, SnapshotReference.Parse("latest:/etc"), rule).Id);
    }

    private static TimeZoneInfo NewYork { get; } = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");

    private SnapshotHead Resolve(string text, string? host = null, TimeProvider? clock = null, TimeZoneInfo? zone = null) =>
        SnapshotResolver.Resolve(
            _snapshots,
            SnapshotReference.Parse(text),
            new LatestRule(host, "here", (_, _) => throw new InvalidOperationException("no path was asked for"))
            {
                Clock = clock ?? new FixedClock(Day.AddDays(2).AddHours(5), TimeSpan.Zero),
                Zone = zone ?? TimeZoneInfo.Utc,
            });

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

    private sealed class FixedClock(DateTimeOffset now, TimeSpan offset) : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.CreateCustomTimeZone("test", offset, "test", "test");

        public override DateTimeOffset GetUtcNow() => now;
    }
}
