using System.Text.Json;
using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Afs;
using SnapFs.Testing.Processes;
using SnapFs.Testing.Volumes;

namespace SnapFs.EndToEnd.Tests.Volumes;

/// <summary>What the cell alone can tell of a volume is asked of it.</summary>
[Collection(AfsCellCollection.Name)]
public sealed class VolumeFromCellTests(AfsCellFixture fixture) : IDisposable
{
    private readonly RepositoryFixture repository = new RepositoryFixture().Initialise();

    public void Dispose() => repository.Dispose();

    [SkippableTheory]
    [InlineData("new")]
    [InlineData("keep")]
    [InlineData("dump")]
    public void An_older_state_that_was_restored_over_a_volume_and_edited_makes_the_next_dump_a_full_one(string dates)
    {
        LiveVolume volume = NewVolume("fc.");
        volume.Apply(new VolumeChanges().File("a", "old"));
        Clone(volume);
        Assert.True(Import(volume).GetProperty("full").GetBoolean());
        VolumeDump older = fixture.Cell.Dump(volume.Name);

        volume.Apply(new VolumeChanges().Replace("a", "newer"u8));
        Clone(volume);
        Assert.False(Import(volume).GetProperty("full").GetBoolean());
        Assert.Equal("alreadyThere", Import(volume).GetProperty("outcome").GetString());

        LiveVolume.AwaitNextSecond();
        AfsCell.Vos(
            "restore", AfsCell.Server, AfsCell.Partition, volume.Name, "-file", older.File, "-overwrite", "full",
            "-creation", dates, "-lastupdate", dates).Expect();
        volume.Apply(new VolumeChanges().File("b", "edited"));
        Clone(volume);
        JsonElement third = Import(volume);

        Assert.True(third.GetProperty("full").GetBoolean());
        string file = repository["made.dump"];
        repository.Run("volume", "get", "latest", volume.Name, "-o", file).Expect();
        LiveVolume restored = fixture.Cell.Restore(file, fixture.Cell.UniqueName("fcR."));
        Assert.Equal("old".Length, restored.Walk()["a"].Length);
        Assert.Empty(VolumeManifest.Compare(volume.Walk(), restored.Walk()));
        repository.Run("volume", "verify", "--live", volume.Name).Expect();
    }

    [SkippableFact]
    public void A_plain_import_cannot_know_and_verify_live_finds_it()
    {
        LiveVolume volume = NewVolume("vl.");
        volume.Apply(new VolumeChanges().File("a", "old"));
        string first = Clone(volume);
        Plain(volume, "0");
        VolumeDump older = fixture.Cell.Dump(volume.Name);
        volume.Apply(new VolumeChanges().Replace("a", "newer"u8));
        string second = Clone(volume);
        Plain(volume, first);
        repository.Run("volume", "verify", "--live", volume.Name).Expect();

        AfsCell.RollBack(volume, older.File);
        volume.Apply(new VolumeChanges().File("b", "edited"));
        Clone(volume);
        Plain(volume, second);

        ProcessResult verified = repository.Run("volume", "verify", "--live", volume.Name, "--json");
        Assert.Equal(ExitCodes.Failed, verified.ExitCode);
        Assert.Contains("\"same\":false", verified.Output, StringComparison.Ordinal);
        Assert.Contains("it was restored from an older dump, or this state is not that day", verified.Error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_volume_out_of_service_is_recorded_as_one()
    {
        LiveVolume volume = NewVolume("off.");
        volume.Apply(new VolumeChanges().File("a", "text"));
        AfsCell.Vos("offline", AfsCell.Server, AfsCell.Partition, volume.Name).Expect();

        repository.Shell(
            $"vos dump {volume.Name} -localauth 2>/dev/null | snapfs volume import --cell {AfsCell.Name} -").Expect();

        AfsCell.Vos("online", AfsCell.Server, AfsCell.Partition, volume.Name).Expect();
        Assert.Contains("\"inService\":false", repository.Run("volume", "list", "--json").Expect().Output, StringComparison.Ordinal);
        Assert.Contains(" full, offline ", repository.Run("volume", "list").Expect().Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_vos_that_fails_or_hangs_while_it_dumps_is_one_line_and_nothing_is_taken_in()
    {
        LiveVolume volume = NewVolume("dv.");
        volume.Apply(new VolumeChanges().File("a", new string('x', 300_000)));
        foreach ((string body, string message) in ((string, string)[])
        [
            ("\"$vos\" \"$@\" | head -c 100000; echo 'VOLSER: gone' >&2; exit 1", "'vos dump' failed: .*VOLSER: gone"),
            ("\"$vos\" \"$@\" | head -c 100000; exec sleep 1000", "'vos dump' made no progress and was ended"),
        ])
        {
            string path = VosScript.Before(repository["vos"], $"if [ \"$1\" = dump ]; then {body}; fi");
            ProcessResult failed = repository.Shell(
                $"PATH='{path}' exec {SnapFsBinary.Path} volume import --from-cell --timeout 3 {volume.Name}");

            Assert.Equal(ExitCodes.Failed, failed.ExitCode);
            Assert.Matches($"^snapfs: {volume.Name}: {message}", failed.Error);
            Assert.Equal(1, failed.Error.Count(c => c == '\n'));
            Assert.Equal(0, repository.CountSnapshots());
        }

        Assert.Empty(VolumeTransactions.On(volume));
        Assert.Equal(
            "snapfs: no.such.volume: there is no volume no.such.volume\n",
            repository.Run("volume", "import", "--from-cell", "no.such.volume").Error);
        repository.Run("volume", "import", "--from-cell", "--filter", "cat", volume.Name).Expect(ExitCodes.Usage);
    }

    [SkippableFact]
    public void A_volume_that_is_in_use_does_not_take_the_place_of_another()
    {
        LiveVolume damaged = NewVolume("inu.");
        LiveVolume other = NewVolume("oth.");
        LiveVolume.AwaitNextSecond();
        other.Apply(new VolumeChanges().File("a", "in use"));

        ProcessResult refused = repository.Run("volume", "replace", damaged.Name, other.Name, "--yes");

        Assert.Equal(ExitCodes.Failed, refused.ExitCode);
        Assert.Contains(
            "it is in use, or was edited after it was restored; --edited takes it all the same",
            refused.Error,
            StringComparison.Ordinal);
        Assert.Equal(damaged.Id, fixture.Cell.Find(damaged.Name).Id);
        AfsCell.Vos("backup", other.Name).Expect();
        repository.Run("volume", "replace", damaged.Name, other.Name + ".backup", "--yes").Expect(ExitCodes.Failed);
        repository.Run("volume", "replace", damaged.Name, other.Name, "--edited", "--yes").Expect();
        Assert.Equal(other.Id, fixture.Cell.Find(damaged.Name).Id);
        fixture.Cell.Find(damaged.Name + ".old");
    }

    [SkippableFact]
    public void What_is_odd_in_a_dump_is_in_the_made_up_one_as_restoring_the_original_gives_it()
    {
        DumpPieces pieces = DumpPieces.Of(DumpSamples.Read("user.alice.s0.full.dump"));
        List<byte[]> directory = pieces.Records.First(record => record[0][4] == 5); // vnode 5
        directory.RemoveAll(field => field[0] == (byte)'A');
        List<byte[]> file = pieces.Records.First(record => record[0][4] % 2 == 0);
        file[file.FindIndex(field => field[0] == (byte)'o')] = [(byte)'o', 0xFF, 0xFF, 0xFF, 0x32]; // -206
        string original = repository["odd.dump"];
        File.WriteAllBytes(original, pieces.ToArray());
        repository.Run("volume", "import", "--cell", "a", original).Expect();
        repository.Run("volume", "get", "latest", "user.alice", "-o", repository["made.dump"]).Expect();

        DumpPieces[] dumps = [.. ((string[])[original, repository["made.dump"]]).Select(source =>
        {
            LiveVolume restored = fixture.Cell.Restore(source, fixture.Cell.UniqueName("odd."));
            return DumpPieces.Of(File.ReadAllBytes(fixture.Cell.Dump(restored.Name).File));
        })];

        Assert.Equal(
            dumps[0].Records.SelectMany(record => record).ToArray(), dumps[1].Records.SelectMany(record => record).ToArray());
        Assert.Contains(
            dumps[1].Records.SelectMany(record => record),
            field => field.AsSpan().SequenceEqual((byte[])[(byte)'o', 0xFF, 0xFF, 0xFF, 0x32]));
    }

    private LiveVolume NewVolume(string prefix) => fixture.Cell.Create(fixture.Cell.UniqueName(prefix));

    /// <summary>Makes the clone in a second of its own, and gives the time.</summary>
    private static string Clone(LiveVolume volume)
    {
        LiveVolume.AwaitNextSecond();
        AfsCell.Vos("backup", volume.Name).Expect();
        string time = AfsCell.Vos("examine", volume.Name + ".backup", "-format").Expect().Output.Split('\n')
            .Single(line => line.StartsWith("creationDate", StringComparison.Ordinal))
            .Split('\t', StringSplitOptions.RemoveEmptyEntries)[1]
            .Trim();
        LiveVolume.AwaitNextSecond();
        return time;
    }

    private JsonElement Import(LiveVolume volume) => JsonDocument.Parse(
        repository.Run("volume", "import", "--from-cell", volume.Name + ".backup", "--json").Expect().Output
            .Split('\n').Single(line => line.Contains("\"volumeImport\"", StringComparison.Ordinal))).RootElement;

    private void Plain(LiveVolume volume, string since) => repository.Shell(
        $"vos dump {volume.Name}.backup -time {since} -localauth 2>/dev/null | snapfs volume import -").Expect();
}
