using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Afs;
using SnapFs.Testing.Processes;
using SnapFs.Testing.Trees;
using SnapFs.Testing.Volumes;

namespace SnapFs.EndToEnd.Tests.Volumes;

/// <summary>What the cell does that tests of SnapFs rely on: the facts of AFS that a backup has to reckon with.</summary>
[Collection(AfsCellCollection.Name)]
public sealed class AfsCellTests(AfsCellFixture fixture)
{
    private const string Text = "some text";

    [SkippableFact]
    public void A_user_may_do_only_what_the_access_list_allows()
    {
        LiveVolume volume = Create();
        volume.Apply(new VolumeChanges().Acl(".", "system:administrators rlidwka", "alice rlidwka", "bob l"));

        volume.Apply(new VolumeChanges().File("by-alice", Text), "alice");

        Assert.Equal(AfsCell.Ids()["alice"], volume.Walk()["by-alice"].Owner);
        Assert.Throws<InvalidOperationException>(() => volume.Apply(new VolumeChanges().File("by-bob", Text), "bob"));
    }

    [SkippableFact]
    public void A_walk_sees_one_changed_byte()
    {
        LiveVolume volume = Create();
        volume.Apply(new VolumeChanges().File("a", Text));
        VolumeManifest before = volume.Walk();

        volume.Apply(new VolumeChanges().Write("a", 3, "X"u8).Touch("a", before["a"].ModifiedAt));

        string differences = string.Join('\n', VolumeManifest.Compare(before, volume.Walk()));
        Assert.Contains("a: SHA-256 is", differences, StringComparison.Ordinal);
        Assert.Contains("a: data version is 2, expected 1", differences, StringComparison.Ordinal);
        Assert.DoesNotContain("a: length", differences, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void After_a_rollback_an_increment_brings_the_newer_content_back()
    {
        LiveVolume volume = Create();
        volume.Apply(new VolumeChanges().File("a", "old"));
        LiveVolume.AwaitNextSecond();
        VolumeDump full = fixture.Cell.Dump(volume.Name);
        volume.Apply(new VolumeChanges().Replace("a", "newer"u8));
        LiveVolume.AwaitNextSecond();
        VolumeDump second = fixture.Cell.Dump(volume.Name, full.Next);

        AfsCell.RollBack(volume, full.File);
        VolumeDump third = fixture.Cell.Dump(volume.Name, second.Next);

        LiveVolume restored = fixture.Cell.Restore(full.File, fixture.Cell.UniqueName("restored."));
        AfsCell.RestoreIncrement(second.File, restored.Name);
        AfsCell.RestoreIncrement(third.File, restored.Name);
        Assert.Equal("old".Length, volume.Walk()["a"].Length);
        Assert.Equal("newer".Length, restored.Walk()["a"].Length);
    }

    [SkippableFact]
    public void A_skipped_increment_leaves_names_without_files_and_vos_does_not_notice()
    {
        VolumeState[] states = [.. fixture.Week.Select(day => day.Mail)];
        LiveVolume restored = fixture.Cell.Restore(states[0].Dump.File, fixture.Cell.UniqueName("restored."));

        AfsCell.RestoreIncrement(states[2].Dump.File, restored.Name);

        InvalidOperationException e = Assert.Throws<InvalidOperationException>(() => restored.Walk());
        Assert.Contains("status of Maildir/", e.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_killed_dump_leaves_the_volume_busy_until_its_transaction_is_ended()
    {
        LiveVolume volume = Create();
        volume.Apply(new VolumeChanges().File("a", Text));

        using (KilledDump.Of(volume))
        {
            ProcessResult refused = AfsCell.Vos("dump", "-id", volume.Name, "-file", "/dev/null");
            Assert.NotEqual(0, refused.ExitCode);
            Assert.Contains("volume is busy", refused.Error, StringComparison.Ordinal);
        }

        Assert.Empty(VolumeTransactions.On(volume));
        fixture.Cell.Dump(volume.Name);
    }

    [SkippableFact]
    public void A_vos_whose_pipe_is_closed_ends_its_transaction_itself()
    {
        LiveVolume volume = Create();
        volume.Apply(new VolumeChanges().File("a", new byte[1 << 20]));

        ProcessResult cut = ProcessRunner.Shell(
            $"{{ vos dump -id {volume.Name} -noresolve -localauth || echo failed >&2; }} | head -c 1000 > /dev/null");

        Assert.Contains("failed", cut.Error, StringComparison.Ordinal);
        Assert.Empty(VolumeTransactions.On(volume));
    }

    [SkippableFact]
    public void A_restore_that_breaks_off_leaves_half_a_volume_which_only_zap_removes()
    {
        string broken = Path.Combine(fixture.Cell.Dumps, fixture.Cell.UniqueName("broken.") + ".dump");
        DumpPieces pieces = DumpPieces.Of(File.ReadAllBytes(fixture.Week[0].User.Dump.File));
        File.WriteAllBytes(broken, pieces.WithCriticalUnknownField().ToArray());
        string name = fixture.Cell.UniqueName("restored.");

        Assert.Equal(1, AfsCell.Vos(
            "restore", AfsCell.Server, AfsCell.Partition, name, "-file", broken, "-overwrite", "abort").ExitCode);

        Assert.False(AfsCell.Exists(name));
        uint? left = AfsCell.OnServer(name);
        Assert.NotNull(left);
        AfsCell.Zap(left.Value);
        Assert.Null(AfsCell.OnServer(name));
    }

    [SkippableFact]
    public void A_file_of_more_than_4_GiB_comes_back()
    {
        Skip.IfNot(TestScale.IsLong, "needs 8 GiB of disk; runs with --long");
        LiveVolume volume = Create();
        volume.Apply(new VolumeChanges().File("huge", "begin").Write("huge", 1L << 32, "end.."u8));

        LiveVolume restored = fixture.Cell.Restore(
            fixture.Cell.Dump(volume.Name).File, fixture.Cell.UniqueName("restored."));

        Assert.Equal((1L << 32) + 5, restored.Walk()["huge"].Length);
        Assert.Empty(VolumeManifest.Compare(volume.Walk(), restored.Walk()));
    }

    [Fact]
    public void A_vos_that_hangs_or_fails_does_so()
    {
        using TestDirectory directory = new();
        ProcessOptions hangs = new()
        {
            Environment = new Dictionary<string, string?> { ["PATH"] = VosScript.Hangs(directory["hangs"]) },
            Timeout = TimeSpan.FromSeconds(1),
        };
        ProcessOptions fails = new()
        {
            Environment = new Dictionary<string, string?> { ["PATH"] = VosScript.Fails(directory["fails"], "no way", 3) },
        };

        Assert.Throws<TimeoutException>(() => ProcessRunner.Shell("exec vos dump", hangs));
        Assert.Equal("no way\n", ProcessRunner.Shell("exec vos dump", fails).Expect(3).Error);
    }

    private LiveVolume Create() => fixture.Cell.Create(fixture.Cell.UniqueName("test."));
}
