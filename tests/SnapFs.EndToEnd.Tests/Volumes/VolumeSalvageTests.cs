using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Processes;
using SnapFs.Testing.Volumes;

namespace SnapFs.EndToEnd.Tests.Volumes;

/// <summary>What the program makes of a dump that is cut off.</summary>
public sealed class VolumeSalvageTests : IDisposable
{
    private const string S0 = "user.alice.s0.full";
    private const string S1 = "user.alice.s1.inc";

    private static readonly byte[] Whole = DumpSamples.Read($"{S0}.dump");

    private readonly RepositoryFixture fixture = new RepositoryFixture().Initialise();

    public void Dispose() => fixture.Dispose();

    [Fact]
    public void A_cut_dump_is_refused_with_how_much_of_it_is_good_and_what_takes_that_in()
    {
        ProcessResult refused = Import(Cut(Whole.Length - 1));

        Assert.Equal(ExitCodes.Failed, refused.ExitCode);
        Assert.Matches(
            @"^snapfs: .*cut\.dump: the dump is cut off at byte \d+, where .* should be; it is good up to byte \d+, the end of vnode "
            + @"\d+\.\d+: \d+ vnodes, \d+ files among them; --salvage takes these in\n$",
            refused.Error);
        Assert.Equal(0, fixture.CountSnapshots());
    }

    [Fact]
    public void A_salvaged_dump_says_so_wherever_it_is_seen()
    {
        string cut = Cut(Whole.Length * 3 / 4);
        ProcessResult taken = Import(cut, "--salvage", "-v");

        Assert.Equal(ExitCodes.Partial, taken.ExitCode);
        string[] said = Lines(taken.Output);
        Assert.All(said[..^1], line => Assert.StartsWith("+ /", line, StringComparison.Ordinal));
        string summary = said[^1];
        Assert.Matches(@"; cut off at byte \d+, salvaged up to byte \d+; \d+ names of what comes after are left out$", summary);
        string[] lost = Lines(taken.Error);
        Assert.NotEmpty(lost);
        Assert.All(
            lost, line => Assert.Matches(@"^snapfs: warning: /.*: vnode \d+\.\d+ was not reached; the name is left out$", line));
        Assert.Contains($" {lost.Length} name", summary, StringComparison.Ordinal);

        Assert.Contains(" full, salvaged ", fixture.Run("volume", "list").Expect().Output, StringComparison.Ordinal);
        string json = fixture.Run("volume", "list", "--json").Expect().Output;
        Assert.Contains("\"salvaged\":true,\"wholeBytes\":", json, StringComparison.Ordinal);
        Assert.Contains($"\"namesLost\":{lost.Length}", json, StringComparison.Ordinal);
        Assert.Contains("\"partial\":true", fixture.Run("snapshots", "--json").Expect().Output, StringComparison.Ordinal);
        Assert.Matches(@": sound; it was cut off at byte \d+", fixture.Run("volume", "verify").Expect().Output);
        fixture.CheckEverything();
    }

    [Fact]
    public void Without_v_a_salvage_is_one_line_and_the_bytes_that_were_there_come_back()
    {
        string cut = Cut(Whole.Length / 2);
        ProcessResult taken = Import(cut, "--salvage");
        Assert.Single(Lines(taken.Output + taken.Error));

        ProcessResult original = fixture.Run("volume", "get", "latest", "user.alice", "--original", "-o", fixture["back"]).Expect();
        Assert.Contains("warning: the dump of user.alice of ", original.Error, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(cut), File.ReadAllBytes(fixture["back"]));

        fixture.Run("volume", "get", "latest", "user.alice", "-o", fixture["made"]).Expect(ExitCodes.Partial);
        using RepositoryFixture other = new RepositoryFixture().Initialise();
        other.Run("volume", "import", "--cell", "a", fixture["made"]).Expect(0);
        Assert.Contains(" full ", other.Run("volume", "list").Expect().Output, StringComparison.Ordinal);
    }

    [Fact]
    public void No_increment_follows_what_was_salvaged_until_the_whole_dump_is_there()
    {
        Import(Cut(Whole.Length - 1), "--salvage").Expect(ExitCodes.Partial);

        ProcessResult refused = Import(Sample(S1));
        Assert.Equal(ExitCodes.OtherDumpNeeded, refused.ExitCode);
        Assert.Contains(
            "of which only the beginning was salvaged: what it calls unchanged may be missing; take a full dump\n",
            refused.Error,
            StringComparison.Ordinal);
        Assert.Single(Lines(refused.Error));
        Assert.Equal(ExitCodes.OtherDumpNeeded, Import(Sample(S1), "--accept-unproven").ExitCode);

        Import(Sample(S0)).Expect();
        Assert.Contains(" full  ", fixture.Run("volume", "list", "2099.12.31").Expect().Output, StringComparison.Ordinal);
        fixture.Run("volume", "get", "latest", "user.alice", "--original", "-o", fixture["whole"]).Expect();
        Assert.Equal(Whole, File.ReadAllBytes(fixture["whole"]));
        Import(Sample(S1)).Expect();
        Assert.Equal(3, fixture.CountSnapshots());
        Assert.Contains("is there already", Import(Cut(Whole.Length - 1), "--salvage").Expect().Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_beginning_again_is_there_already_and_a_longer_one_is_taken()
    {
        Import(Cut(Whole.Length / 2), "--salvage").Expect(ExitCodes.Partial);
        Assert.Contains(
            "is there already", Import(Cut(Whole.Length / 2), "--salvage").Expect(ExitCodes.Partial).Output, StringComparison.Ordinal);
        Assert.Equal(1, fixture.CountSnapshots());

        Import(Cut(Whole.Length * 3 / 4), "--salvage").Expect(ExitCodes.Partial);
        Assert.Equal(2, fixture.CountSnapshots());
    }

    [Fact]
    public void A_cut_archive_is_salvaged_although_its_filter_fails()
    {
        string archive = fixture["cut.gz"];
        ProcessRunner.Shell($"gzip -c '{Sample(S0)}' > '{archive}.whole' && head -c -2000 '{archive}.whole' > '{archive}'").Expect();

        ProcessResult refused = Import(archive, "--filter", "gunzip");
        Assert.Equal(ExitCodes.Failed, refused.ExitCode);
        Assert.Matches(@"the filter exited with 1: .*; the dump is cut off at byte \d+.*; --salvage takes these in\n$", refused.Error);

        ProcessResult taken = Import(archive, "--filter", "gunzip", "--salvage");
        Assert.Equal(ExitCodes.Partial, taken.ExitCode);
        Assert.Contains("warning: the filter exited with 1: ", taken.Error, StringComparison.Ordinal);
        Assert.Equal(1, fixture.CountSnapshots());
    }

    [Fact]
    public void What_follows_the_end_mark_is_left_out_and_the_dump_is_whole()
    {
        string file = fixture["padded.dump"];
        File.WriteAllBytes(file, [.. Whole, .. new byte[5000]]);

        ProcessResult refused = Import(file);
        Assert.Equal(ExitCodes.Failed, refused.ExitCode);
        Assert.Matches(@"the dump ends at byte \d+, but more bytes follow its end mark; .*; --salvage takes these in\n$", refused.Error);

        ProcessResult taken = Import(file, "--salvage").Expect();
        Assert.Contains(
            $"the dump ends at byte {Whole.Length}; what follows its end mark is left out", taken.Error, StringComparison.Ordinal);
        fixture.Run("volume", "get", "latest", "user.alice", "--original", "-o", fixture["back"]).Expect();
        Assert.Equal(Whole, File.ReadAllBytes(fixture["back"]));
        Import(Sample(S1)).Expect();
    }

    [Fact]
    public void Of_a_dump_that_is_damaged_in_the_middle_everything_before_is_taken()
    {
        DumpPieces pieces = DumpPieces.Of(Whole);
        int damaged = pieces.Records.Count * 3 / 4;
        pieces.Records[damaged][1] = [(byte)'t', 99]; // no type of a vnode
        byte[] dump = pieces.ToArray();
        string file = fixture["damaged.dump"];
        File.WriteAllBytes(file, dump);

        Assert.Matches(@"the dump is damaged at byte \d+: .*; --salvage takes these in\n$", Import(file).Error);

        ProcessResult taken = fixture.Shell($"snapfs volume import --cell a --salvage - < '{file}'").Expect(ExitCodes.Partial);
        Assert.Matches(@"; damaged at byte \d+, salvaged up to byte \d+; \d+ names of what comes after are left out\n$", taken.Output);
        Assert.Matches(@": sound; it was damaged at byte \d+", fixture.Run("volume", "verify").Expect().Output);
        fixture.CheckEverything();
        fixture.Run("volume", "get", "latest", "user.alice", "--original", "-o", fixture["back"]).Expect();
        byte[] back = File.ReadAllBytes(fixture["back"]);
        Assert.Equal(dump[..back.Length], back);
        Assert.InRange(back.Length, dump.Length / 100, dump.Length - 1);
        Assert.Contains("is there already", Import(file, "--salvage").Expect(ExitCodes.Partial).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Whoever_gets_a_salvaged_state_is_told_of_the_last_whole_one()
    {
        Import(Sample(S0)).Expect();
        byte[] later = DumpSamples.Read("user.alice.s4.full.dump");
        File.WriteAllBytes(fixture["cut.dump"], later[..(later.Length / 2)]);
        Import(fixture["cut.dump"], "--salvage").Expect(ExitCodes.Partial);

        ProcessResult got = fixture.Run("volume", "get", "latest", "user.alice", "-o", fixture["made"]).Expect(ExitCodes.Partial);

        Assert.Matches(@"left out; the date 2026-11-21T02:44:23Z gives the last whole one before it\n$", got.Error);
    }

    [Fact]
    public void The_mount_shows_what_was_salvaged_and_says_that_it_is_not_all()
    {
        Import(Cut(Whole.Length * 3 / 4), "--salvage").Expect(ExitCodes.Partial);
        using MountPoint mount = fixture.Mount();

        Assert.EndsWith("  salvaged\n", File.ReadAllText(Path.Combine(mount.Path, ".snapfs/status")), StringComparison.Ordinal);
        string day = Path.Combine(mount.Path, "volumes/user.alice/latest");
        Assert.NotEmpty(Directory.EnumerateFileSystemEntries(day));
        Assert.Matches(
            @"^\d+ of \d+ bytes, \d+ names lost$",
            ProcessRunner.Shell($"getfattr --only-values -n afs.salvaged '{day}/'").Expect().Output);
        ProcessRunner.Shell($"cp -rP '{day}/' '{fixture["copy"]}'").Expect();
    }

    private ProcessResult Import(string file, params string[] options) =>
        fixture.Run(["volume", "import", "--cell", "a", .. options, file]);

    /// <summary>The beginning of a sample as a file.</summary>
    private string Cut(int length)
    {
        string file = fixture["cut.dump"];
        File.WriteAllBytes(file, Whole[..length]);
        return file;
    }

    private static string Sample(string name) => Path.Combine(DumpSamples.Folder, name + ".dump");

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
