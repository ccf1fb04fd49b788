using System.Globalization;
using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Afs;
using SnapFs.Testing.Processes;

namespace SnapFs.EndToEnd.Tests.Volumes;

/// <summary>A week of dumps, given back to the cell that they came from.</summary>
[Collection(AfsCellCollection.Name)]
public sealed class VolumeGiveBackTests(AfsCellFixture fixture) : IDisposable
{
    private const string Place = $"--server {AfsCell.Server} --partition {AfsCell.Partition}";
    private readonly RepositoryFixture repository = new RepositoryFixture().Initialise();

    public void Dispose() => repository.Dispose();

    [SkippableTheory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void The_dump_made_up_of_each_day_restored_by_vos_is_the_live_volume_of_that_day(int volume)
    {
        VolumeState[] states = Import(volume);
        string[] times = Times(states[0].Volume.Name);
        Assert.Equal(states.Length, times.Length);
        repository.Run("volume", "verify", states[0].Volume.Name).Expect();
        for (int day = 0; day < states.Length; day++)
        {
            string file = repository[$"day{day}.dump"];
            repository.Run("volume", "get", times[day], states[0].Volume.Name, "-o", file).Expect();
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));

            LiveVolume restored = fixture.Cell.Restore(file, fixture.Cell.UniqueName("made."));

            Assert.Empty(VolumeManifest.Compare(states[day].Manifest, restored.Walk()));
            fixture.Cell.Remove(restored);

            string original = repository[$"day{day}.original"];
            repository.Run("volume", "get", times[day], states[0].Volume.Name, "--original", "-o", original).Expect();
            Assert.Equal(File.ReadAllBytes(states[day].Dump.File), File.ReadAllBytes(original));
        }
    }

    [SkippableFact]
    public void A_volume_is_restored_takes_the_place_of_the_damaged_one_and_that_is_discarded()
    {
        LiveVolume volume = fixture.Cell.Create(fixture.Cell.UniqueName("give."));
        volume.Apply(new VolumeChanges().File("a", "sound"));
        VolumeManifest sound = volume.Walk();
        repository.Run("volume", "import", "--cell", AfsCell.Name, fixture.Cell.Dump(volume.Name).File).Expect();
        volume.Apply(new VolumeChanges().Replace("a", "damaged"u8));
        string restored = fixture.Cell.UniqueName("giveR.");

        repository.Run("volume", "restore", "latest", volume.Name, restored).Expect();
        Assert.Empty(VolumeManifest.Compare(sound, fixture.Cell.Find(restored).Walk()));

        ProcessResult again = repository.Run("volume", "restore", "latest", volume.Name, restored);
        Assert.Equal(1, again.ExitCode);
        Assert.Equal($"snapfs: there is a volume {restored} already; restore under another name\n", again.Error);

        repository.Shell($"echo no | snapfs volume replace {volume.Name} {restored}").Expect(1);
        repository.Shell($"echo {volume.Name} | snapfs volume replace {volume.Name} {restored}").Expect();
        Assert.Empty(VolumeManifest.Compare(sound, fixture.Cell.Find(volume.Name).Walk()));
        Assert.False(AfsCell.Exists(restored));
        Assert.Equal("damaged".Length, fixture.Cell.Find(volume.Name + ".old").Walk()["a"].Length);

        repository.Run("volume", "discard", volume.Name + ".old", "--yes").Expect();
        Assert.False(AfsCell.Exists(volume.Name + ".old"));
        Assert.Equal(1, repository.Run("volume", "discard", volume.Name + ".old", "--yes").ExitCode);
    }

    [SkippableFact]
    public void A_vos_that_fails_or_hangs_is_one_line_and_leaves_nothing()
    {
        LiveVolume volume = fixture.Cell.Create(fixture.Cell.UniqueName("bad."));
        volume.Apply(new VolumeChanges().File("a", "text"));
        repository.Run("volume", "import", "--cell", AfsCell.Name, fixture.Cell.Dump(volume.Name).File).Expect();
        string Restore(string path, int code)
        {
            ProcessResult result = repository.Shell(
                $"PATH='{path}' exec {SnapFsBinary.Path} volume restore latest {volume.Name} bad.R {Place} --timeout 2");
            Assert.Equal(code, result.ExitCode);
            Assert.Equal(1, result.Error.Count(c => c == '\n'));
            return result.Error;
        }

        Assert.Equal(
            "snapfs: 'vos examine' failed: no way\n", Restore(VosScript.Fails(repository["fails"], "no way", 3), 1));
        Assert.Equal(
            "snapfs: 'vos examine' made no progress and was ended\n", Restore(VosScript.Hangs(repository["hangs"]), 1));
    }

    [SkippableFact]
    public void A_dump_that_cannot_be_read_to_its_end_leaves_no_volume()
    {
        LiveVolume volume = fixture.Cell.Create(fixture.Cell.UniqueName("cut."));
        volume.Apply(new VolumeChanges().File("a", new string('x', 100)).File("b", Noise(3_000_000)));
        repository.Run("volume", "import", "--cell", AfsCell.Name, fixture.Cell.Dump(volume.Name).File).Expect();
        string pack = Directory.EnumerateFiles(Path.Combine(repository.Repository, "packs"), "*", SearchOption.AllDirectories)
            .MaxBy(file => new FileInfo(file).Length) ?? "";
        byte[] bytes = File.ReadAllBytes(pack);
        bytes[bytes.Length / 2] ^= 1;
        File.SetAttributes(pack, FileAttributes.Normal);
        File.WriteAllBytes(pack, bytes);
        string name = fixture.Cell.UniqueName("cutR.");

        ProcessResult result = repository.Run("volume", "restore", "latest", volume.Name, name);

        Assert.Equal(13, result.ExitCode);
        Assert.StartsWith("snapfs: packs/", result.Error, StringComparison.Ordinal);
        Assert.False(AfsCell.Exists(name));
        Assert.Null(AfsCell.OnServer(name));
        Assert.Equal(13, repository.Run("volume", "verify").ExitCode);
    }

    [SkippableFact]
    public void What_was_salvaged_of_a_cut_dump_is_restored_by_vos_and_a_salvage_there_removes_the_lost_names()
    {
        LiveVolume volume = fixture.Cell.Create(fixture.Cell.UniqueName("slv."));
        volume.Apply(new VolumeChanges().Directory("dir").File("dir/a", "text").File("dir/b", Noise(200_000)).File("dir/c", "last"));
        VolumeManifest live = volume.Walk();
        byte[] dump = File.ReadAllBytes(fixture.Cell.Dump(volume.Name).File);
        string cut = repository["cut.dump"];
        File.WriteAllBytes(cut, dump[..(dump.Length - 50_000)]); // in the middle of dir/b
        repository.Run("volume", "import", "--cell", AfsCell.Name, "--salvage", cut).Expect(ExitCodes.Partial);
        string name = fixture.Cell.UniqueName("slvR.");

        ProcessResult restored = repository.Run("volume", "restore", "latest", volume.Name, name, "--server", AfsCell.Server)
            .Expect(ExitCodes.Partial);

        Assert.Contains("2 names of what comes after are left out\n", restored.Error, StringComparison.Ordinal);
        LiveVolume found = fixture.Cell.Find(name);
        Assert.Throws<InvalidOperationException>(() => found.Walk()); // dir/b has a name and nothing behind it
        AfsCell.Salvage(found);
        VolumeManifest mended = found.Walk();
        Assert.Equal([".", "dir", "dir/a"], mended.Entries.Select(entry => entry.Path));
        Assert.Equal(live["dir/a"], mended["dir/a"]);
    }

    [SkippableFact]
    public void Backup_manager_lists_gets_and_restores_also_by_its_own_name()
    {
        LiveVolume volume = fixture.Cell.Create(fixture.Cell.UniqueName("bm."));
        volume.Apply(new VolumeChanges().File("a", "text"));
        repository.Run("volume", "import", "--cell", AfsCell.Name, fixture.Cell.Dump(volume.Name).File).Expect();
        string link = repository["backup-manager"];
        File.CreateSymbolicLink(link, SnapFsBinary.Path);
        string day = repository.Shell($"'{link}' list").Expect().Output.Trim();

        Assert.Matches(@"^\d{4}\.\d\d\.\d\d$", day);
        Assert.Equal($"{volume.Name}\n", repository.Shell($"'{link}' list {day}").Expect().Output);
        repository.Shell($"cd '{repository[""]}' && snapfs backup-manager get {day} {volume.Name}.dump.gz.aescrypt").Expect();
        Assert.True(File.Exists(repository[$"{volume.Name}.dump"]));
        string name = fixture.Cell.UniqueName("bmR.");
        repository.Shell($"'{link}' restore {day} {volume.Name}.dump.gz.aescrypt {name}").Expect();
        Assert.Empty(VolumeManifest.Compare(volume.Walk(), fixture.Cell.Find(name).Walk()));
    }

    [SkippableFact]
    public void Diff_shows_what_a_day_changed_and_whose_access_lists()
    {
        VolumeState[] states = Import(0);
        string[] times = Times(states[0].Volume.Name);

        ProcessResult same = repository.Run("volume", "diff", times[0], times[0], states[0].Volume.Name);
        ProcessResult week = repository.Run("volume", "diff", times[0], times[^1], states[0].Volume.Name);

        Assert.Equal(0, same.ExitCode);
        Assert.Equal(1, week.ExitCode);
        Assert.All("+-MA", change => Assert.Contains($"\n{change} /", "\n" + week.Output, StringComparison.Ordinal));
    }

    private static string Noise(int length)
    {
        Random random = new(1);
        return string.Create(length, random, (span, source) =>
        {
            for (int i = 0; i < span.Length; i++)
            {
                span[i] = (char)source.Next(' ', '~');
            }
        });
    }

    private VolumeState[] Import(int volume)
    {
        VolumeState[] states = [.. fixture.Week.Select(day => day.States[volume])];
        foreach (VolumeState state in states)
        {
            repository.Run(
                "volume", "import", "--cell", AfsCell.Name, "--taken-at", Time(state.Dump.Next), state.Dump.File).Expect();
        }

        return states;
    }

    private static string Time(long seconds) =>
        DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private string[] Times(string volume) => [.. repository.Run("volume", "list", "--json").Expect().Output
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement)
        .Where(json => json.GetProperty("name").GetString() == volume)
        .Select(json => json.GetProperty("date").GetString()![..19].Replace(':', '-') + "Z")]; // every line has it
}
