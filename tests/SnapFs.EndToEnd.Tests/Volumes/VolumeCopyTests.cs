using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Processes;
using SnapFs.Testing.Volumes;

namespace SnapFs.EndToEnd.Tests.Volumes;

/// <summary>One dump that comes more than once: at the same time, or once damaged and once good.</summary>
public sealed class VolumeCopyTests : IDisposable
{
    private const string S0 = "user.alice.s0.full";
    private const string S1 = "user.alice.s1.inc";

    private readonly RepositoryFixture fixture = new RepositoryFixture().Initialise();

    public void Dispose() => fixture.Dispose();

    [Fact]
    public void Imports_of_one_dump_at_the_same_time_are_one_state()
    {
        string gate = fixture["gate"];
        ProcessRunner.Shell($"mkfifo '{gate}.1' '{gate}.2' '{gate}.3'").Expect();

        // Each is past its headers before any of them sees the end of its dump.
        fixture.Shell($"""
            for i in 1 2 3; do snapfs volume import --cell a '{gate}.'$i > '{gate}.out'$i 2>&1 & done
            exec 5> '{gate}.1' 6> '{gate}.2' 7> '{gate}.3'
            for fd in 5 6 7; do head -c 400000 '{Sample(S0)}' >&$fd; done
            sleep 2
            for fd in 5 6 7; do tail -c +400001 '{Sample(S0)}' >&$fd & done
            exec 5>&- 6>&- 7>&-
            wait
            """).Expect();

        string list = fixture.Run("volume", "list").Expect().Output;
        Assert.Single(Lines(list), line => line.StartsWith("user.alice ", StringComparison.Ordinal));
        Take(Sample(S1));
        using MountPoint mount = fixture.Mount();
        string[] days = [.. Directory.EnumerateFileSystemEntries(Path.Combine(mount.Path, "volumes/user.alice"))
            .Select(path => Path.GetFileName(path))
            .Where(name => name.EndsWith("Z-2", StringComparison.Ordinal))];
        Assert.Empty(days);
        fixture.Run("volume", "verify").Expect();
    }

    [Fact]
    public void A_damaged_copy_does_not_keep_the_good_one_out()
    {
        byte[] good = DumpSamples.Read($"{S0}.dump");
        DumpPieces pieces = DumpPieces.Of(good);
        byte[] content = pieces.Records.SelectMany(record => record).MaxBy(field => field.Length) ?? [];
        content[content.Length / 2] ^= 1;
        File.WriteAllBytes(fixture["bad.dump"], pieces.ToArray());
        Take(fixture["bad.dump"]);
        Take(Sample(S1));

        ProcessResult taken = fixture.Run("volume", "import", "--cell", "a", Sample(S0)).Expect(ExitCodes.Partial);

        Assert.Matches(
            @"warning: this copy of the dump of user\.alice of .* differs from snapshot [0-9a-f]{12} in /.*: one of them is damaged; "
            + "both are kept, and this one counts",
            taken.Error);
        Assert.Equal(3, fixture.CountSnapshots());
        Assert.Contains("is there already", Take(Sample(S0)).Output, StringComparison.Ordinal);

        // The increment is wanted once more, on the good copy; then the latest state is good.
        Assert.DoesNotContain("is there already", Take(Sample(S1)).Output, StringComparison.Ordinal);
        Assert.Equal(4, fixture.CountSnapshots());
        Assert.Contains("is there already", Take(Sample(S1)).Output, StringComparison.Ordinal);
        fixture.Run("volume", "get", "latest", "user.alice", "-o", fixture["made.dump"]).Expect();
        using RepositoryFixture other = new RepositoryFixture().Initialise();
        other.Run("volume", "import", "--cell", "a", Sample(S0), Sample(S1)).Expect();
        other.Run("volume", "get", "latest", "user.alice", "-o", other["made.dump"]).Expect();
        Assert.Equal(File.ReadAllBytes(other["made.dump"]), File.ReadAllBytes(fixture["made.dump"]));

        string[] ids = [.. fixture.Run("volume", "list", "--json").Expect().Output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement)
            .Select(json => json.GetProperty("snapshot").GetString()!)]; // every line has it
        ProcessResult[] discarded = [.. ids.Select(id => fixture.Run("volume", "discard", "--copy", id[..12], "--yes"))];
        Assert.Contains(discarded, result => result.ExitCode == ExitCodes.Done);
        Assert.Contains(discarded, result => result.ExitCode == ExitCodes.Failed);
        Assert.Equal(4 - discarded.Count(result => result.ExitCode == ExitCodes.Done), fixture.CountSnapshots());
        fixture.Run("volume", "verify").Expect();
    }

    [Fact]
    public void The_only_snapshot_of_a_dump_is_not_removed()
    {
        Take(Sample(S0));
        string id = System.Text.Json.JsonDocument.Parse(fixture.Run("volume", "list", "--json").Expect().Output)
            .RootElement.GetProperty("snapshot").GetString()!; // it has one

        ProcessResult refused = fixture.Run("volume", "discard", "--copy", id, "--yes");

        Assert.Equal(ExitCodes.Failed, refused.ExitCode);
        Assert.EndsWith("is the only one of its dump; nothing but copies can be removed\n", refused.Error, StringComparison.Ordinal);
        fixture.Run("volume", "discard", "--copy", "0123", "--yes").Expect(ExitCodes.Failed);
        fixture.Run("volume", "discard").Expect(ExitCodes.Usage);
    }

    [Fact]
    public void Each_pipe_is_read_once_in_the_order_given()
    {
        fixture.Shell(
            $"exec bash -c \"'{SnapFsBinary.Path}' volume import --cell a <(cat '{Sample(S0)}') <(cat '{Sample(S1)}')\"").Expect();
        Assert.Equal(2, fixture.CountSnapshots());

        string first = fixture["first"];
        string second = fixture["second"];
        using RepositoryFixture other = new RepositoryFixture().Initialise();
        other.Shell($"""
            mkfifo '{first}' '{second}'
            gzip -c '{Sample(S0)}' > '{first}' & gzip -c '{Sample(S1)}' > '{second}' &
            snapfs volume import --cell a --filter gunzip '{first}' '{second}'
            """).Expect();
        Assert.Equal(2, other.CountSnapshots());
    }

    [Fact]
    public void A_closed_input_is_one_line_and_no_waiting()
    {
        foreach (string filter in (string[])["", "--filter cat"])
        {
            ProcessResult closed = fixture.Shell($"timeout 60 '{SnapFsBinary.Path}' volume import --cell a {filter} - <&-");

            Assert.Equal(ExitCodes.Failed, closed.ExitCode);
            Assert.Equal("snapfs: standard input is closed\n", closed.Error);
        }
    }

    [Fact]
    public void The_first_command_of_a_filter_that_failed_is_named()
    {
        ProcessRunner.Shell($"gzip -c '{Sample(S0)}' > '{fixture["x.gz"]}'").Expect();
        ProgramFile.Write(fixture["ccrypt"], "#!/bin/sh\necho 'ccrypt: key does not match' >&2\nexit 4\n");

        ProcessResult failed = fixture.Run(
            "volume", "import", "--cell", "a", "--filter", $"{fixture["ccrypt"]} -cdk key | gunzip", fixture["x.gz"]);

        Assert.Equal(ExitCodes.Failed, failed.ExitCode);
        Assert.EndsWith(
            "x.gz: 'ccrypt' in the filter exited with 4: ccrypt: key does not match; a wrong key looks like this\n",
            failed.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_cell_is_said_once_and_a_second_one_is_not_guessed()
    {
        ProcessResult first = fixture.Run("volume", "import", "--cell", "elsewhere", Sample(S0)).Expect();
        Assert.DoesNotContain("cell", first.Output + first.Error, StringComparison.Ordinal);

        ProcessResult refused = fixture.Run("volume", "import", Sample(S1));
        Assert.Equal(ExitCodes.Failed, refused.ExitCode);
        Assert.Matches(@"user\.alice is here as a volume of the cell elsewhere, .*: say with --cell which it is of\n$", refused.Error);
        Assert.Matches("cell", Lines(refused.Output + refused.Error)[0]);

        fixture.Run("volume", "import", "--cell", "here", Sample(S0)).Expect();
        Assert.Equal(2, fixture.CountSnapshots());
    }

    [Fact]
    public void A_refusal_is_an_object_that_says_from_which_time_on_a_dump_is_needed()
    {
        ProcessResult none = fixture.Run("volume", "import", "--cell", "a", "--json", Sample(S1));
        Assert.Equal(ExitCodes.OtherDumpNeeded, none.ExitCode);
        Assert.Contains("\"type\":\"volumeRefused\"", none.Output, StringComparison.Ordinal);
        Assert.Contains("\"reason\":\"noChain\"", none.Output, StringComparison.Ordinal);
        Assert.Contains("\"neededFrom\":0", none.Output, StringComparison.Ordinal);

        Take(Sample(S0));
        ProcessResult skipped = fixture.Run("volume", "import", "--cell", "a", "--json", Sample("user.alice.s2.inc"));
        Assert.Equal(ExitCodes.OtherDumpNeeded, skipped.ExitCode);
        Assert.Contains("\"reason\":\"skipped\"", skipped.Output, StringComparison.Ordinal);
        Assert.Matches("\"neededFrom\":17952290[0-9]{2}", skipped.Output);
    }

    [Fact]
    public void Dates_and_volumes_have_the_same_forms_in_every_command()
    {
        Take(Sample("user.alice.backup.s0.full"));
        Take(Sample("mail.alice.backup.s0.full"));
        System.Text.Json.JsonElement state = Lines(fixture.Run("volume", "list", "--json").Expect().Output)
            .Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement)
            .Single(json => json.GetProperty("name").GetString() == "user.alice");
        string exact = state.GetProperty("date").GetString()!; // every line has it
        string number = state.GetProperty("volumeId").ToString();
        string[] dates = ["latest", exact, exact[..19] + "Z", exact[..19].Replace(':', '-') + "Z", exact[..10]];
        foreach (string volume in (string[])["user.alice", "user.alice.backup", number])
        {
            foreach (string date in dates)
            {
                Assert.Single(
                    Lines(fixture.Run("volume", "list", date, volume).Expect().Output),
                    line => line.StartsWith("user.alice ", StringComparison.Ordinal));
                fixture.Run("volume", "verify", date, volume).Expect();
                File.Delete(fixture["x"]);
                fixture.Run("volume", "get", date, volume, "-o", fixture["x"]).Expect();
            }
        }

        Assert.DoesNotContain("mail", fixture.Run("volume", "list", "user.alice").Expect().Output, StringComparison.Ordinal);
        Assert.Contains(
            "2 dumps verified",
            fixture.Run("volume", "verify", "user.alice", "mail.alice").Expect().Output,
            StringComparison.Ordinal);
        Assert.Equal(
            fixture.Run("backup-manager", "list", exact[..10]).Expect().Output,
            fixture.Run("backup-manager", "list", "latest").Expect().Output);
    }

    [Fact]
    public void A_volume_is_found_as_it_is_listed_also_if_its_name_looks_like_that_of_a_clone()
    {
        SyntheticVolume volume = new() { Name = "x.backup.backup" };
        using (Stream dump = volume.OpenDump())
        using (FileStream file = File.Create(fixture["x.dump"]))
        {
            dump.CopyTo(file);
        }

        Take(fixture["x.dump"]);
        Assert.Contains("x.backup ", fixture.Run("volume", "list").Expect().Output, StringComparison.Ordinal);

        foreach (string name in (string[])["x.backup", "x.backup.backup"])
        {
            File.Delete(fixture["made"]);
            fixture.Run("volume", "get", "latest", name, "-o", fixture["made"]).Expect();
        }
    }

    private ProcessResult Take(string file) => fixture.Run("volume", "import", "--cell", "a", file).Expect();

    private static string Sample(string name) => Path.Combine(DumpSamples.Folder, name + ".dump");

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
