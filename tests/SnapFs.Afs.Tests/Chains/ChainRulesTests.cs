using SnapFs.Afs.Chains;
using SnapFs.Afs.Dumps;

namespace SnapFs.Afs.Tests.Chains;

public sealed class ChainRulesTests
{
    private const uint Day = 86_400;
    private const uint Monday = 1_795_219_200;

    [Theory]
    [InlineData("user.alice.s0.full", "user.alice.s3.inc")]
    [InlineData("user.alice.backup.s0.full", "user.alice.s2.inc")]
    public void A_skipped_sample_does_not_pass_as_fitting(string before, string next)
    {
        DumpFacts previous = VolumeStateSampleTests.FactsOf(before);
        ChainVerdict verdict = ChainRules.Judge(previous, VolumeStateSampleTests.FactsOf(next));

        Assert.Equal(ChainReason.Skipped, verdict.Reason);
        Assert.NotEqual(ChainFit.Fits, verdict.Fit);
        Assert.Equal(
            ChainFit.DoesNotFit,
            ChainRules.Judge(previous with { TakenAt = previous.To + 1 }, VolumeStateSampleTests.FactsOf(next)).Fit);
    }

    [Fact]
    public void Dumps_of_another_volume_do_not_fit()
    {
        ChainVerdict verdict = ChainRules.Judge(
            VolumeStateSampleTests.FactsOf("user.alice.s0.full"), VolumeStateSampleTests.FactsOf("mail.alice.backup.s1.inc"));

        Assert.Equal((ChainFit.DoesNotFit, ChainReason.OtherVolume), (verdict.Fit, verdict.Reason));
        Assert.Equal(
            "the dump is of volume mail.alice (536870935), the chain is of user.alice (536870931)", verdict.Message);
    }

    [Fact]
    public void An_increment_after_a_salvaged_dump_needs_a_full_and_one_before_it_does_not_care()
    {
        DumpFacts salvaged = Clone(Monday, Monday + Day);

        ChainVerdict? after = ChainRules.JudgeAfterSalvaged(salvaged, Clone(Monday + Day, Monday + (2 * Day)));

        Assert.Equal((ChainFit.FullNeeded, ChainReason.Salvaged), (after?.Fit, after?.Reason));
        Assert.Equal(
            "the increment of user.alice from 2026-11-22T00:00:00Z up to 2026-11-23T00:00:00Z follows the increment of user.alice "
            + "from 2026-11-21T00:00:00Z up to 2026-11-22T00:00:00Z, of which only the beginning was salvaged: what it calls "
            + "unchanged may be missing; take a full dump",
            after?.Message);
        Assert.Null(ChainRules.JudgeAfterSalvaged(salvaged, Clone(Monday - Day, Monday)));
        Assert.Null(ChainRules.JudgeAfterSalvaged(salvaged, Full(Monday + Day)));
    }

    [Fact]
    public void A_volume_of_which_the_cell_says_that_something_else_was_put_there_needs_a_full()
    {
        DumpFacts before = Clone(Monday, Monday + Day) with { Life = new(1, Monday) };
        DumpFacts next = Clone(Monday + Day, Monday + (2 * Day));

        ChainVerdict verdict = ChainRules.Judge(before, next with { Life = new(1, Monday + Day + 5) });

        Assert.Equal((ChainFit.FullNeeded, ChainReason.Replaced, 0U), (verdict.Fit, verdict.Reason, verdict.NeededFrom));
        Assert.Equal(ChainFit.Fits, ChainRules.Judge(before, next with { Life = before.Life }).Fit);
        Assert.Equal(ChainFit.Fits, ChainRules.Judge(before, next).Fit);
        Assert.Equal(ChainFit.AlreadyThere, ChainRules.Judge(before, before with { Life = null }).Fit);
    }

    [Fact]
    public void A_verdict_says_from_which_time_on_a_dump_would_fit()
    {
        DumpFacts before = Clone(Monday, Monday + Day);

        Assert.Equal(before.To, ChainRules.Judge(before, Clone(Monday + (2 * Day), Monday + (3 * Day))).NeededFrom);
        Assert.Equal(0U, ChainRules.Judge((DumpFacts?)null, before).NeededFrom);
        Assert.Null(ChainRules.Judge(before, Clone(Monday + Day, Monday + (2 * Day))).NeededFrom);
    }

    [Fact]
    public void The_same_dump_again_is_there_already()
    {
        DumpFacts[] chain = [Full(Monday), Clone(Monday, Monday + Day)];

        ChainVerdict verdict = ChainRules.Judge(chain, chain[1] with { TakenAt = Monday + (2 * Day) });

        Assert.Equal((ChainFit.AlreadyThere, 1), (verdict.Fit, verdict.Predecessor));
    }

    [Fact]
    public void An_increment_without_a_chain_needs_a_full() =>
        Assert.Equal(ChainFit.FullNeeded, ChainRules.Judge((DumpFacts?)null, Clone(Monday, Monday + Day)).Fit);

    [Fact]
    public void A_skipped_increment_is_named_with_both_dates()
    {
        ChainVerdict verdict = ChainRules.Judge(
            Clone(Monday, Monday + Day), Clone(Monday + (2 * Day), Monday + (3 * Day)));

        Assert.Equal((ChainFit.DoesNotFit, ChainReason.Skipped), (verdict.Fit, verdict.Reason));
        Assert.Equal(
            "the increment of user.alice from 2026-11-23T00:00:00Z up to 2026-11-24T00:00:00Z does not fit: the chain holds "
            + "changes only up to 2026-11-22T00:00:00Z; the dump of the time between is missing; "
            + "import it first, or take an increment from then on ('vos dump -time 1795305600') or a full dump", verdict.Message);
    }

    [Fact]
    public void An_increment_of_a_quiet_time_fits_even_if_others_are_missing()
    {
        DumpFacts before = Clone(Monday, Monday + Day);

        Assert.Equal(
            ChainFit.Fits,
            ChainRules.Judge(before, Clone(Monday + (2 * Day), Monday + (3 * Day)) with { UpdateDate = before.UpdateDate }).Fit);
    }

    [Fact]
    public void An_increment_between_two_others_fits_where_it_belongs()
    {
        DumpFacts[] chain = [Full(Monday), Clone(Monday, Monday + Day), Clone(Monday + Day, Monday + (3 * Day))];

        ChainVerdict verdict = ChainRules.Judge(chain, Clone(Monday + Day, Monday + (2 * Day)));

        Assert.Equal((ChainFit.Fits, 1), (verdict.Fit, verdict.Predecessor));
    }

    [Fact]
    public void An_increment_older_than_the_full_belongs_to_another_chain() => Assert.Equal(
        ChainReason.BeforeChain, ChainRules.Judge(Full(Monday), Clone(Monday - (2 * Day), Monday - Day)).Reason);

    [Fact]
    public void Another_creation_date_of_the_volume_needs_a_full_but_that_of_a_clone_does_not()
    {
        DumpFacts full = Full(Monday);
        DumpFacts next = full with { From = Monday, To = Monday + Day, UpdateDate = Monday + Day, CreationDate = Monday + 5 };

        Assert.Equal(ChainReason.Recreated, ChainRules.Judge(full, next).Reason);
        Assert.Equal(ChainReason.Recreated, ChainRules.Judge([full, Clone(Monday, Monday + 9)], next).Reason);
        Assert.Equal(ChainFit.Fits, ChainRules.Judge(full, next with { Type = VolumeType.Backup }).Fit);
    }

    [Fact]
    public void A_volume_that_went_back_needs_a_full()
    {
        DumpFacts full = Full(Monday);
        DumpFacts back = full with { From = Monday + 1, To = Monday - Day, UpdateDate = Monday - Day, AccessDate = Monday + 2 };

        ChainVerdict verdict = ChainRules.Judge(full, back);

        Assert.Equal((ChainFit.FullNeeded, ChainReason.WentBack), (verdict.Fit, verdict.Reason));
        Assert.Contains("take a full dump", verdict.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_change_that_the_dump_before_should_have_held_means_that_the_volume_went_back()
    {
        DumpFacts full = Full(Monday) with { TakenAt = Monday + Day };
        DumpFacts next = full with { From = Monday + Day, To = Monday + 7, UpdateDate = Monday + 7, TakenAt = null };

        Assert.Equal(ChainReason.WentBack, ChainRules.Judge(full, next).Reason);
    }

    [Fact]
    public void The_time_a_dump_was_taken_decides_what_its_headers_leave_open()
    {
        DumpFacts full = Full(Monday);
        DumpFacts next = full with { From = Monday + Day, To = Monday + (2 * Day), UpdateDate = Monday + (2 * Day) };

        Assert.Equal(ChainFit.Unproven, ChainRules.Judge(full, next).Fit);
        Assert.Equal(ChainFit.Fits, ChainRules.Judge(full with { TakenAt = Monday + Day }, next).Fit);
        Assert.Equal(ChainFit.DoesNotFit, ChainRules.Judge(full with { TakenAt = Monday + 99 }, next).Fit);
    }

    [Theory]
    [InlineData("user.alice.backup", "user.alice")]
    [InlineData("user.alice.readonly", "user.alice")]
    [InlineData("user.alice", "user.alice")]
    [InlineData(".backup", ".backup")]
    public void A_clone_has_the_name_of_its_volume(string name, string expected) =>
        Assert.Equal(expected, VolumeName.WithoutSuffix(name));

    private static DumpFacts Full(uint to) => new()
    {
        VolumeId = 536870931,
        Name = "user.alice",
        Type = VolumeType.ReadWrite,
        From = 0,
        To = to,
        CreationDate = Monday - (9 * Day),
        UpdateDate = to,
        BackupDate = 0,
        AccessDate = to,
    };

    private static DumpFacts Clone(uint from, uint to) =>
        Full(to) with { Type = VolumeType.Backup, From = from, CreationDate = to, BackupDate = to, UpdateDate = to - 1 };
}
