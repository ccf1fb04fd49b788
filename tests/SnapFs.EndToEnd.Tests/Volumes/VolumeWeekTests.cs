using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Afs;

namespace SnapFs.EndToEnd.Tests.Volumes;

/// <summary>The week of dumps is what other tests measure SnapFs by, so it is measured by OpenAFS itself.</summary>
[Collection(AfsCellCollection.Name)]
public sealed class VolumeWeekTests(AfsCellFixture fixture)
{
    [SkippableTheory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void The_chain_restored_by_vos_is_the_live_volume_of_each_day(int volume)
    {
        LiveVolume? restored = null;
        foreach (VolumeState state in fixture.Week.Select(day => day.States[volume]))
        {
            if (restored is null)
            {
                restored = fixture.Cell.Restore(state.Dump.File, fixture.Cell.UniqueName("restored."));
            }
            else
            {
                AfsCell.RestoreIncrement(state.Dump.File, restored.Name);
            }

            Assert.Empty(VolumeManifest.Compare(state.Manifest, restored.Walk()));
        }
    }

    [SkippableFact]
    public void The_week_holds_every_kind_of_thing_and_uses_vnode_numbers_again()
    {
        List<VolumeEntry> entries = fixture.Week
            .SelectMany(day => day.States.Select(state => (state.Volume.Name, state.Manifest)))
            .SelectMany(pair => pair.Manifest.Entries)
            .ToList();

        Assert.Equal(Enum.GetValues<VolumeEntryType>(), entries.Select(entry => entry.Type).Distinct().Order());
        Assert.Contains(entries, entry => entry.Links == 2 && entry.Type == VolumeEntryType.File);
        Assert.Contains(entries, entry => entry.Acl?.Negative.Count > 0);
        Assert.Contains(entries, entry => entry.Path.Contains("%E9", StringComparison.Ordinal));
        Assert.Equal([1, 1001, 1002], entries.Select(entry => entry.Author).Where(id => id != 0).Distinct().Order());
        Assert.Contains(
            fixture.Week.SelectMany(day => day.User.Manifest.Entries).GroupBy(entry => entry.Fid.Split('.')[0]),
            vnode => vnode.Select(entry => entry.Fid).Distinct().Count() > 1);
    }

    [SkippableFact]
    public void Each_day_but_the_days_off_differs_from_the_day_before()
    {
        foreach ((VolumeDay yesterday, VolumeDay today) in fixture.Week.Zip(fixture.Week.Skip(1)))
        {
            int[] changed = [.. Enumerable.Range(0, 3).Where(volume =>
                VolumeManifest.Compare(yesterday.States[volume].Manifest, today.States[volume].Manifest).Count > 0)];

            Assert.Equal(today.Number switch { 5 => [0, 1], 7 => [1, 2], _ => (int[])[0, 1, 2] }, changed);
        }
    }

    [SkippableFact]
    public void An_increment_holds_only_what_the_day_has_brought()
    {
        VolumeState holiday = fixture.Week[6].User;
        VolumeState full = fixture.Week[0].User;

        Assert.True(new FileInfo(holiday.Dump.File).Length < new FileInfo(full.Dump.File).Length / 20);
    }
}
