using System.Text;
using SnapFs.Objects;
using SnapFs.Repository.Objects;
using SnapFs.Repository.Tests.Keys;
using SnapFs.Repository.Writing;
using SnapFs.Snapshots;
using Xunit;

namespace SnapFs.Repository.Tests.Objects;

/// <summary>What a snapshot says of what it lacks, and that no amount of it makes the snapshot unreadable.</summary>
public sealed class SnapshotBodyTests : OpenRepositoryTest
{
    [Fact]
    public void What_is_missing_comes_back_with_its_path_and_kind()
    {
        SnapshotBody body = SampleSnapshot.Body();
        SnapshotBody read = RoundTrip(body);

        Assert.Equal(body.Problems.Select(Show), read.Problems.Select(Show));
        Assert.Equal(3, read.MoreProblems);
        Assert.Equal(body.Omissions.Select(Show), read.Omissions.Select(Show));
        Assert.Equal(body.MoreOmissions.Order(ByKind), read.MoreOmissions.Order(ByKind));
        Assert.NotNull(read.Selection);
        Assert.Equal(body.Selection!.Excludes.Select(Hex), read.Selection.Excludes.Select(Hex));
        Assert.Equal(
            body.Selection with { Excludes = [] }, read.Selection with { Excludes = [] });
    }

    [Fact]
    public void A_body_of_an_old_snapshot_has_texts_only()
    {
        SnapshotBody plain = SampleSnapshot.Body() with
        {
            Problems = [],
            MoreProblems = 0,
            Omissions = [],
            MoreOmissions = new Dictionary<OmissionKind, long>(),
            Selection = null,
        };
        byte[] withoutTexts = SnapshotBodyFields.Encode(plain);
        byte[] old = [.. withoutTexts[..^3], 6, 3, 1, 1, (byte)'x'];

        SnapshotBody read = SnapshotBodyFields.Decode(old, "it");

        Assert.Equal([SnapshotProblem.OfText("x")], read.Problems);
        Assert.Null(read.Selection);
        Assert.Empty(read.Omissions);
    }

    [Fact]
    public void A_kind_of_a_later_version_is_kept()
    {
        SnapshotBody body = SampleSnapshot.Body() with { Omissions = [new Omission("/x"u8.ToArray(), (OmissionKind)999)] };
        Assert.Equal((OmissionKind)999, Assert.Single(RoundTrip(body).Omissions).Kind);
    }

    [Theory]
    [InlineData(1, 71_535)]
    [InlineData(700, 71_535)]
    [InlineData(5_000, 30)]
    [InlineData(1_000, 2_100)]
    public void Problems_of_any_number_and_length_leave_a_snapshot_that_can_be_read(int count, int length)
    {
        string name = new('ß', length / 2);
        SnapshotProblem problem = new(
            Encoding.UTF8.GetBytes("/" + name), OmissionKind.UnreadableFile, 13, $"/{name}: permission denied");
        SnapshotBody read = RoundTrip(SampleSnapshot.Body() with
        {
            Problems = [.. Enumerable.Repeat(problem, count)],
            MoreProblems = 0,
        });

        Assert.Equal(count, read.Problems.Count + read.MoreProblems);
        Assert.NotEmpty(read.Problems);
        Assert.All(read.Problems, one =>
        {
            Assert.StartsWith("/", one.Text, StringComparison.Ordinal);
            Assert.EndsWith(": permission denied", one.Text, StringComparison.Ordinal);
            Assert.DoesNotContain('\uFFFD', one.Text);
            Assert.Equal(13, one.Errno);
        });
    }

    [Fact]
    public void Omissions_of_one_kind_do_not_push_out_those_of_another()
    {
        OmissionList list = new();
        for (int i = 0; i < 20_000; i++)
        {
            list.Add(Encoding.UTF8.GetBytes($"/home/{i}.o"), OmissionKind.Excluded);
        }

        list.Add("/home/private"u8, OmissionKind.UnreadableDirectory);
        SnapshotBody read = RoundTrip(SampleSnapshot.Body() with { Omissions = list.Listed, MoreOmissions = list.More });

        Assert.Equal(10_000, read.Omissions.Count(one => one.Kind == OmissionKind.Excluded));
        Assert.Equal(10_000, read.MoreOmissions[OmissionKind.Excluded]);
        Assert.Contains(read.Omissions, one => one.Kind == OmissionKind.UnreadableDirectory);
        Assert.False(read.MoreOmissions.ContainsKey(OmissionKind.UnreadableDirectory));
    }

    [Fact]
    public void A_path_that_is_too_long_is_recorded_by_an_ancestor()
    {
        byte[] part = [(byte)'/', .. Enumerable.Repeat((byte)'d', 255)];
        byte[] path = [.. Enumerable.Repeat(part, 70).SelectMany(one => one)];
        OmissionList list = new();
        list.Add(path, OmissionKind.UnreadableFile);
        list.Add([(byte)'/', .. Enumerable.Repeat((byte)'x', 5000)], OmissionKind.Indescribable);

        Assert.Equal(path[..4096], list.Listed[0].Path.ToArray());
        Assert.Equal("/"u8.ToArray(), list.Listed[1].Path.ToArray());
    }

    [Fact]
    public void Patterns_beyond_their_room_are_counted()
    {
        ReadOnlyMemory<byte> pattern = new byte[100_000];
        SnapshotSelection selection = new() { Excludes = [.. Enumerable.Repeat(pattern, 30)], OneFileSystem = true };
        SnapshotSelection? read = RoundTrip(SampleSnapshot.Body() with { Selection = selection }).Selection;

        Assert.NotNull(read);
        Assert.Equal((10, 20L, true), (read.Excludes.Count, read.MoreExcludes, read.OneFileSystem));
    }

    [Fact]
    public void The_parts_of_a_snapshot_that_are_all_full_fit_into_one()
    {
        SnapshotProblem problem = new(
            new byte[SnapshotLimits.MaxPath], OmissionKind.Other, int.MaxValue, new string('x', SnapshotLimits.MaxText));
        SnapshotBody body = SampleSnapshot.Body() with
        {
            Paths = [.. Enumerable.Repeat((ReadOnlyMemory<byte>)new byte[65_000], 64)],
            Problems = [.. Enumerable.Repeat(problem, 1200)],
            Omissions = [.. Enumerable.Range(0, 130_000).Select(i =>
                new Omission(Encoding.UTF8.GetBytes($"/{i:d40}"), (OmissionKind)(i % 13)))],
            Selection = new SnapshotSelection { Excludes = [.. Enumerable.Repeat((ReadOnlyMemory<byte>)new byte[3], 400_000)] },
        };
        SnapshotHead head = SampleSnapshot.Head() with
        {
            Source = new string('s', SnapshotLimits.MaxText),
            Tags = [.. Enumerable.Repeat(new string('t', SnapshotLimits.MaxText), 15)],
        };
        byte[] content = SnapshotCodec.Encode(Run(), 0, head, body);
        Assert.InRange(content.Length, 1, SnapshotLimits.MaxObject);
        Assert.Equal(64, SnapshotCodec.DecodeBody(Keys, content, ObjectId.Of(content)).Paths.Count);
    }

    [Fact]
    public void What_no_reader_would_take_is_not_encoded()
    {
        SnapshotHead head = SampleSnapshot.Head();
        SnapshotBody body = SampleSnapshot.Body();
        string text = new('x', SnapshotLimits.MaxText + 1);
        AssertRefused(head with { Source = text }, body);
        AssertRefused(head with { Agent = text }, body);
        AssertRefused(head with { Tags = [text] }, body);
        AssertRefused(head with { Tags = [.. Enumerable.Repeat(text[1..], 17)] }, body);
        AssertRefused(head, body with { Paths = [new byte[SnapshotLimits.MaxPath + 1]] });
        AssertRefused(head, body with { Paths = [.. Enumerable.Repeat((ReadOnlyMemory<byte>)new byte[65_000], 65)] });
        AssertRefused(head, body with { RootNode = new byte[] { 1 } });
    }

    private void AssertRefused(SnapshotHead head, SnapshotBody body) =>
        Assert.Throws<EncodingLimitException>(() => SnapshotCodec.Encode(Run(), 0, head, body));

    private SnapshotBody RoundTrip(SnapshotBody body)
    {
        byte[] content = SnapshotCodec.Encode(Run(), 0, SampleSnapshot.Head(), body);
        Assert.InRange(content.Length, 1, SnapshotLimits.MaxObject);
        return SnapshotCodec.DecodeBody(Keys, content, ObjectId.Of(content));
    }

    private static Comparer<KeyValuePair<OmissionKind, long>> ByKind { get; } =
        Comparer<KeyValuePair<OmissionKind, long>>.Create((one, other) => one.Key.CompareTo(other.Key));

    private static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexString(bytes.Span);

    private static string Show(Omission omission) => $"{omission.Kind} {Hex(omission.Path)}";

    private static string Show(SnapshotProblem problem) =>
        $"{problem.Kind} {problem.Errno} {Hex(problem.Path)} {problem.Text}";

    private WritingRun Run() => new(Keys, ShortId.Random(), 1);
}
