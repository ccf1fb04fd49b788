using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Processes;
using SnapFs.Testing.Volumes;

namespace SnapFs.EndToEnd.Tests.Volumes;

/// <summary>What the program says of dumps that it does not take, and of those that it does.</summary>
public sealed class VolumeImportTests : IDisposable
{
    private const string S0 = "user.alice.s0.full";
    private const string S1 = "user.alice.s1.inc";
    private const string S2 = "user.alice.s2.inc";

    private readonly RepositoryFixture fixture = new RepositoryFixture().Initialise();

    public static TheoryData<string, string> Foreign => new()
    {
        { "gzip", "this is not a volume dump but gzip data: unpack it first, for example with gunzip" },
        { "tar", "this is not a volume dump but a tar file" },
        { "text", "this is not a volume dump but text" },
        { "empty", "this is not a volume dump but empty" },
    };

    public void Dispose() => fixture.Dispose();

    [Theory]
    [MemberData(nameof(Foreign))]
    public void What_is_no_dump_is_called_what_it_is(string kind, string message)
    {
        string file = fixture["x.dump"];
        ProcessRunner.Shell($"""
            cd '{fixture[""]}'
            seq 1000 > text
            case {kind} in
            gzip) gzip -c text > x.dump ;;
            tar) tar -cf x.dump text ;;
            text) cp text x.dump ;;
            empty) : > x.dump ;;
            esac
            """).Expect();

        Refuses(message, "--cell", "a", file);
    }

    [Fact]
    public void A_cut_dump_is_good_up_to_a_byte_that_is_named()
    {
        byte[] dump = DumpSamples.Read($"{S0}.dump");
        string file = fixture["cut.dump"];
        File.WriteAllBytes(file, dump[..^1]);

        string error = Refuses("the dump is cut off at byte ", "--cell", "a", file);

        Assert.Contains($"cut off at byte {dump.Length - 1}, ", error, StringComparison.Ordinal);
        Assert.Contains("; it is good up to byte ", error, StringComparison.Ordinal);
        Assert.Contains(", the end of vnode ", error, StringComparison.Ordinal);
        File.WriteAllBytes(file, dump[..50]);
        Assert.Contains("no vnode is whole", Refuses("is cut off at byte 50", "--cell", "a", file), StringComparison.Ordinal);
    }

    [Fact]
    public void An_increment_without_a_full_is_refused() =>
        RefusesForAnother("needs a full dump and every increment up to ", "--cell", "a", Sample(S1));

    [Fact]
    public void An_increment_of_another_volume_finds_no_chain()
    {
        Take("--cell", "a", Sample(S0));
        RefusesForAnother("the increment of mail.alice from ", "--cell", "a", Sample("mail.alice.backup.s1.inc"));
    }

    [Fact]
    public void An_increment_in_another_cell_finds_no_chain()
    {
        Take("--cell", "a", Sample(S0));
        RefusesForAnother("needs a full dump", "--cell", "b", Sample(S1));
    }

    [Fact]
    public void An_increment_that_skips_one_is_refused_and_the_missing_one_makes_it_fit()
    {
        Take("--cell", "a", Sample(S0));
        string error = RefusesForAnother("fits only if no dump between is missing", "--cell", "a", Sample(S2));
        Assert.Contains("--accept-unproven", error, StringComparison.Ordinal);
        RefusesForAnother("chain broken: vnode ", "--cell", "a", "--accept-unproven", Sample(S2));

        Take("--cell", "a", Sample(S1));
        Take("--cell", "a", Sample(S2));
    }

    [Fact]
    public void An_increment_after_a_rollback_needs_a_full()
    {
        SyntheticVolume volume = new();
        Take("--cell", "a", Write("full", volume.OpenDump()));
        Take("--cell", "a", Write("first", volume.OpenIncrement(changed: 3, volume.Time + 1000, like: 5)));
        string back = Write("back", volume.OpenIncrement(changed: 4, volume.Time + 500, like: 6, accessed: volume.Time + 2000));

        string error = RefusesForAnother("the volume went back to an earlier state", "--cell", "a", back);

        Assert.EndsWith("take a full dump\n", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_volume_that_was_made_anew_needs_a_full()
    {
        SyntheticVolume volume = new();
        Take("--cell", "a", Write("full", volume.OpenDump()));
        SyntheticVolume anew = volume with { Time = volume.Time + 100 };

        RefusesForAnother(
            "was restored or made anew", "--cell", "a", Write("anew", anew.OpenIncrement(changed: 3, anew.Time + 100, like: 5)));
    }

    [Fact]
    public void A_volume_that_was_made_anew_keeps_the_names_that_were_saved_with_it()
    {
        SyntheticVolume volume = new();
        File.WriteAllText(fixture["names"], "ann 1001 -204 -204\n");
        Take("--cell", "a", "--names", fixture["names"], Write("full", volume.OpenDump()));
        SyntheticVolume anew = volume with { Id = volume.Id + 1, Time = volume.Time + 100 };

        Take("--cell", "a", Write("anew", anew.OpenDump()));
        Take("--cell", "a", Write("other", (anew with { Id = volume.Id + 2, Name = "other" }).OpenDump()));

        Assert.Contains("ann 1001", fixture.Run("cat", "a:synthetic:/names").Expect().Output, StringComparison.Ordinal);
        Assert.DoesNotContain("names", fixture.Run("ls", "a:other").Expect().Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_states_of_a_day_have_a_volume_that_was_made_anew_once()
    {
        SyntheticVolume volume = new();
        SyntheticVolume anew = volume with { Id = volume.Id + 1, Time = volume.Time + 100 };
        Take("--cell", "a", Write("full", volume.OpenDump()), Write("anew", anew.OpenDump()));

        string day = fixture.Run("volume", "list", "2099.12.31", "--json").Expect().Output;

        Assert.Contains($"\"volumeId\":{anew.Id}", Assert.Single(Lines(day)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_filter_that_fails_is_the_cause_that_is_named()
    {
        string error = Refuses("the filter exited with 7: no key", "--cell", "a", "--filter", "echo no key >&2; exit 7", Sample(S0));
        Assert.DoesNotContain("not a volume dump", error, StringComparison.Ordinal);
        Refuses("the filter exited with 3", "--cell", "a", "--filter", "cat; exit 3", Sample(S0));
    }

    [Fact]
    public void A_file_that_is_not_there_is_one_line() =>
        Refuses("missing: there is no such file", "--cell", "a", fixture["missing"]);

    [Fact]
    public void A_directory_is_called_one() =>
        Refuses(": is a directory; name the dumps in it", "--cell", "a", fixture[""]);

    [Fact]
    public void A_pipe_is_read_to_its_end_also_if_the_dump_is_there_already()
    {
        Take("--cell", "a", Sample(S0));

        fixture.Shell($"{{ cat '{Sample(S0)}' && : > '{fixture["sent"]}'; }} | snapfs volume import --cell a -").Expect();

        Assert.True(File.Exists(fixture["sent"]));
    }

    [Fact]
    public void A_dry_run_names_no_snapshot_that_it_does_not_make()
    {
        File.Copy(Sample(S0), fixture["copy"]);

        string[] lines = Lines(Take("--cell", "a", "--dry-run", Sample(S0), fixture["copy"]).Output);

        Assert.EndsWith(" would be taken in", lines[0], StringComparison.Ordinal);
        Assert.EndsWith(" is the same dump as one before it", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Several_files_in_any_order_through_a_filter_are_one_chain_and_twice_changes_nothing()
    {
        List<string> files = [];
        foreach (string name in (ReadOnlySpan<string>)[S2, S0, S1])
        {
            files.Add(fixture[name + ".gz"]);
            ProcessRunner.Shell($"gzip -c '{Sample(name)}' > '{files[^1]}'").Expect();
        }

        Take(["--cell", "a", "--filter", "gunzip", .. files]);
        Assert.Equal(3, fixture.CountSnapshots());
        Dictionary<string, long> packs = fixture.Packs();

        ProcessResult again = Take(["--cell", "a", "--filter", "gunzip", .. files]);

        Assert.Equal(3, Lines(again.Output + again.Error).Count(line => line.Contains(" is there already", StringComparison.Ordinal)));
        Assert.Equal(packs, fixture.Packs());
        Assert.Equal(3, fixture.CountSnapshots());
        fixture.CheckEverything();
    }

    [Fact]
    public void A_bad_file_does_not_keep_the_good_ones_out()
    {
        File.WriteAllText(fixture["bad"], "no dump");
        ProcessResult mixed = fixture.Run("volume", "import", "--cell", "a", Sample(S1), fixture["bad"], Sample(S0));

        Assert.True(mixed.ExitCode == ExitCodes.Failed, mixed.ToString());
        Assert.Equal(2, fixture.CountSnapshots());
    }

    [Fact]
    public void A_dump_from_a_pipe_is_taken()
    {
        fixture.Shell($"snapfs volume import --cell a - < '{Sample(S0)}'").Expect();
        Assert.Equal(1, fixture.CountSnapshots());
    }

    [Fact]
    public void Volumes_of_two_cells_and_the_states_of_a_day_are_listed()
    {
        Take("--cell", "a", Sample(S0), Sample(S1));
        Assert.DoesNotContain("a:user.alice", fixture.Run("volume", "list").Expect().Output, StringComparison.Ordinal);
        Take("--cell", "b", Sample(S0));

        string[] all = Lines(fixture.Run("volume", "list").Expect().Output);
        Assert.Equal(2, all.Count(line => line.StartsWith("a:user.alice ", StringComparison.Ordinal)));
        Assert.Single(all, line => line.StartsWith("b:user.alice ", StringComparison.Ordinal));

        string day = Lines(fixture.Run("volume", "list", "2099.12.31").Expect().Output)
            .Single(line => line.StartsWith("a:user.alice ", StringComparison.Ordinal));
        Assert.Contains(" incr ", day, StringComparison.Ordinal);
        Assert.DoesNotContain("user.alice", fixture.Run("volume", "list", "1999-12-31").Expect().Output, StringComparison.Ordinal);
        Assert.Contains(
            "there is no dump of a volume yesterday-ish",
            fixture.Run("volume", "list", "yesterday-ish").Expect(ExitCodes.Failed).Error,
            StringComparison.Ordinal);
    }

    /// <summary>Takes dumps in.</summary>
    private ProcessResult Take(params string[] arguments) => fixture.Run(["volume", "import", .. arguments]).Expect();

    /// <summary>Asserts exit 1, one line that holds a text, and that nothing was written.</summary>
    private string Refuses(string message, params string[] arguments) => Refuses(ExitCodes.Failed, message, arguments);

    /// <summary>The same with exit 5: another dump is needed.</summary>
    private string RefusesForAnother(string message, params string[] arguments) =>
        Refuses(ExitCodes.OtherDumpNeeded, message, arguments);

    private string Refuses(int code, string message, string[] arguments)
    {
        int before = fixture.CountSnapshots();
        ProcessResult refused = fixture.Run(["volume", "import", .. arguments]);
        Assert.True(refused.ExitCode == code, refused.ToString());
        Assert.Single(Lines(refused.Error));
        Assert.StartsWith("snapfs: ", refused.Error, StringComparison.Ordinal);
        Assert.Contains(message, refused.Error, StringComparison.Ordinal);
        Assert.Equal(before, fixture.CountSnapshots());
        return refused.Error;
    }

    private static string Sample(string name) => Path.Combine(DumpSamples.Folder, name + ".dump");

    private string Write(string name, Stream dump)
    {
        using (dump)
        {
            using FileStream file = File.Create(fixture[name]);
            dump.CopyTo(file);
            return file.Name;
        }
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
