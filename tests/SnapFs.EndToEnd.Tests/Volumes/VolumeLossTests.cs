using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Processes;
using SnapFs.Testing.Volumes;

namespace SnapFs.EndToEnd.Tests.Volumes;

/// <summary>What imports make of a repository that has lost packs.</summary>
public sealed class VolumeLossTests : IDisposable
{
    private const string Told = "snapfs: lost from the repository: 1 pack, missing or cut off; ";

    private readonly RepositoryFixture fixture = new RepositoryFixture().Initialise();

    public void Dispose() => fixture.Dispose();

    [Fact]
    public void No_increment_goes_on_from_a_state_that_lost_a_pack_until_its_dump_is_taken_in_again()
    {
        Import(Sample("user.alice.s0.full")).Expect();
        string[] packs = [.. fixture.Packs().Keys];
        Assert.True(packs.Length >= 2, "contents and the tree should lie in packs of their own");
        foreach (string pack in packs)
        {
            File.Delete(pack);

            ProcessResult refused = Import(Sample("user.alice.s1.inc"));

            Assert.Equal(ExitCodes.OtherDumpNeeded, refused.ExitCode);
            Assert.StartsWith(Told, refused.Error, StringComparison.Ordinal);
            Assert.Matches(
                @"s1\.inc\.dump: the state that this increment goes on from is not whole \(.+\); take a full dump\n$", refused.Error);
            Assert.Equal(1, fixture.CountSnapshots());

            ProcessResult again = Import(Sample("user.alice.s0.full")).Expect(ExitCodes.Partial);

            Assert.Contains(" is there already, ", again.Output, StringComparison.Ordinal);
            Assert.StartsWith(Told, again.Error, StringComparison.Ordinal);
            fixture.CheckEverything();
        }

        Assert.Empty(Import(Sample("user.alice.s1.inc")).Expect().Error);
        fixture.Run("volume", "verify").Expect();
        fixture.CheckEverything();
    }

    [Fact]
    public void A_later_full_dump_stores_again_what_it_still_has_and_is_whole()
    {
        SyntheticVolume volume = Large();
        Import(Write("full", volume.OpenDump())).Expect();
        Dictionary<string, byte[]> packs = fixture.Packs().Keys.ToDictionary(pack => pack, File.ReadAllBytes);
        uint time = volume.Time;
        foreach ((string pack, byte[] content) in packs)
        {
            File.Delete(pack);
            time += 1000;

            Import(Write("later", (volume with { Time = time }).OpenDump())).Expect(ExitCodes.Partial);

            fixture.Run("volume", "verify", "latest", "synthetic").Expect();
            fixture.Run("volume", "get", "latest", "synthetic", "--original", "-o", fixture["back"]).Expect();
            Assert.Equal(File.ReadAllBytes(fixture["later"]), File.ReadAllBytes(fixture["back"]));
            File.Delete(fixture["back"]);
            File.WriteAllBytes(pack, content);
        }
    }

    [Fact]
    public void An_increment_that_takes_nothing_over_from_what_is_lost_is_taken_in()
    {
        SyntheticVolume volume = Large() with { Content = new Random(1).NextBytes };
        Import(Write("full", volume.OpenDump())).Expect();
        HashSet<string> before = [.. fixture.Packs().Keys];
        string first = Write("first", volume.OpenIncrement(changed: 3, volume.Time + 1000, like: 20));
        Import(first).Expect();
        // What is random is longer than all else of it.
        string contents = fixture.Packs().Where(pack => !before.Contains(pack.Key)).MaxBy(pack => pack.Value).Key;
        File.Delete(contents);

        ProcessResult other = Import(Write("other", volume.OpenIncrement(changed: 4, volume.Time + 2000, like: 21)));
        ProcessResult same = Import(Write("same", volume.OpenIncrement(changed: 3, volume.Time + 2000, like: 22)));

        Assert.Equal(ExitCodes.OtherDumpNeeded, other.ExitCode);
        Assert.Matches(@"vnode \d+\.\d+ is damaged: its content is lost from the repository\)", other.Error);
        same.Expect(ExitCodes.Partial);
        fixture.Run("volume", "get", "latest", "synthetic", "-o", fixture["made"]).Expect();
        Import(first).Expect(ExitCodes.Partial);
        fixture.Run("volume", "verify").Expect();
        fixture.CheckEverything();
    }

    [Fact]
    public void Names_that_are_lost_keep_no_full_dump_from_being_taken_in()
    {
        SyntheticVolume volume = new();
        File.WriteAllText(fixture["names"], "ann 1001 -204 -204\n");
        Import(Write("full", volume.OpenDump()), "--names", fixture["names"]).Expect();
        foreach (string pack in fixture.Packs().Keys)
        {
            File.Delete(pack);
        }

        string later = Write("later", (volume with { Time = volume.Time + 1000 }).OpenDump());
        ProcessResult taken = Import(later).Expect(ExitCodes.Partial);
        Assert.Matches(
            @"snapfs: warning: the names that were saved with the state of 2026-11-21T\S+Z cannot be read: .* is missing\n", taken.Error);
        Assert.Equal(2, fixture.CountSnapshots());

        ProcessResult again = Import(Write("full", volume.OpenDump())).Expect(ExitCodes.Partial);
        Assert.Contains("was taken in with other names or another --taken-at", again.Error, StringComparison.Ordinal);
        Import(Write("full", volume.OpenDump()), "--names", fixture["names"]).Expect(ExitCodes.Partial);
        fixture.CheckEverything();
    }

    /// <summary>Its contents lie in chunks, not in the nodes.</summary>
    private static SyntheticVolume Large() => new() { LengthOf = file => 200_000 + (1000 * file) };

    private ProcessResult Import(string file, params string[] options) =>
        fixture.Run(["volume", "import", "--cell", "a", .. options, file]);

    private string Write(string name, Stream dump)
    {
        using (dump)
        using (FileStream file = File.Create(fixture[name]))
        {
            dump.CopyTo(file);
        }

        return fixture[name];
    }

    private static string Sample(string name) => Path.Combine(DumpSamples.Folder, name + ".dump");
}
