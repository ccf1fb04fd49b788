using System.Globalization;
using SnapFs.Chunks;
using SnapFs.Cli.Hosting;
using SnapFs.Testing.Volumes;

namespace SnapFs.Cli.Tests.Commands;

/// <summary>Increments that an agent takes in whose key cannot read the repository: it goes on from what it keeps.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class VolumeAgentTests : IDisposable
{
    private const string S0 = "user.alice.s0.full";
    private const string S1 = "user.alice.s1.inc";
    private const string S2 = "user.alice.s2.inc";
    private const string S3 = "user.alice.s3.inc";
    private const string Refusal =
        "this key cannot read the state that this increment goes on from, and the cache of this machine does not have it; take a full dump";

    private readonly VolumeAgent _agent = new();
    private readonly SyntheticVolume _volume = new() { Directories = 3, Files = 40, RootFileLength = 700_000 };

    public void Dispose() => _agent.Dispose();

    [Theory]
    [InlineData("user.alice", S0, S1, S2, S3, "user.alice.s4.inc-nochange")]
    [InlineData("user.alice", S0, "user.alice.s1.inc-omitdirs", "user.alice.s2.cum")]
    [InlineData("user.alice", "user.alice.backup.s0.full", "user.alice.backup.s1.inc", "user.alice.s2.inc-clone")]
    [InlineData("mail.alice", "mail.alice.backup.s0.full", "mail.alice.backup.s1.inc")]
    public async Task A_chain_leads_to_what_a_reader_makes_of_it(string volume, params string[] dumps)
    {
        await _agent.InitialiseAsync();
        await _agent.ReferAsync([dumps[0], "--names", Names()]);
        await _agent.ImportAsync(ExitCode.Success, dumps[0], "--names", Names());
        await _agent.AssertSameAsync(volume);
        foreach (string dump in dumps.Skip(1))
        {
            await _agent.ReferAsync([dump]);
            await _agent.ImportAsync(ExitCode.Success, dump);
            Assert.Empty(_agent.Error);
            await _agent.AssertSameAsync(volume);
            string kept = Assert.Single(_agent.Kept);
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(kept));
        }

        Assert.Empty(_agent.KeptByReader);
    }

    [Fact]
    public async Task Many_dumps_in_one_command_are_a_chain_too_and_a_later_full_keeps_the_names()
    {
        await _agent.InitialiseAsync();
        await _agent.ReferAsync([S0, S1, S2, S3, "--names", Names()], ["user.alice.s4.full"]);

        await _agent.ImportAsync(ExitCode.Success, S3, S1, S0, S2, "--names", Names());
        await _agent.ImportAsync(ExitCode.Success, "user.alice.s4.full");

        await _agent.AssertSameAsync("user.alice");
        Assert.Single(_agent.Kept);
    }

    [Fact]
    public async Task Lists_of_chunks_and_directories_that_increments_do_not_bring_are_handed_on()
    {
        await _agent.InitialiseAsync(new ChunkLimits(16, 64, 256));
        await ReferAndImportAsync(_volume.OpenDump());
        for (int i = 0; i < 3; i++)
        {
            await ReferAndImportAsync(_volume.OpenIncrement(changed: i, time: _volume.Time + (uint)(10 * i) + 2, like: 30 + i));
            await _agent.AssertSameAsync(_volume.Name);
        }
    }

    [Fact]
    public async Task Without_the_cache_an_increment_is_refused_until_a_full_dump_has_made_the_loss_good()
    {
        await _agent.InitialiseAsync();
        await ReferAndImportAsync(_volume.OpenDump());
        await ReferAndImportAsync(_volume.OpenIncrement(changed: 1, time: _volume.Time + 10, like: 5));
        _agent.LoseCache();
        string next = _agent.Write("next.dump", _volume.OpenIncrement(changed: 2, time: _volume.Time + 20, like: 6));

        await _agent.ImportAsync(ExitCode.OtherDumpNeeded, next);

        _agent.AssertOneLine(Refusal);
        await _agent.ImportAsync(ExitCode.OtherDumpNeeded, next, "--json");
        SyntheticVolume later = _volume with { Time = _volume.Time + 30, LengthOf = file => file % 90 };
        await ReferAndImportAsync(later.OpenDump());
        Assert.Contains("--names", _agent.Error, StringComparison.Ordinal);
        await ReferAndImportAsync(later.OpenIncrement(changed: 3, time: later.Time + 10, like: 7));
        Assert.Empty(_agent.Error);
        await _agent.AssertSameAsync(_volume.Name);
    }

    [Fact]
    public async Task The_dumps_that_are_there_taken_in_once_more_make_the_loss_good_as_well()
    {
        await _agent.InitialiseAsync();
        await _agent.ReferAsync([S0], [S1], [S2]);
        await _agent.ImportAsync(ExitCode.Success, S0, S1);
        _agent.LoseCache();
        await _agent.ImportAsync(ExitCode.OtherDumpNeeded, S2);
        _agent.AssertOneLine(Refusal);
        await _agent.ImportAsync(ExitCode.Success, S1); // by its headers it is there; that is all that can be said of it

        await _agent.ImportAsync(ExitCode.Success, S0);
        await _agent.ImportAsync(ExitCode.Success, S1);
        await _agent.ImportAsync(ExitCode.Success, S2);

        Assert.Equal(3, (await _agent.StatesAsync("repo")).Count);
        await _agent.AssertSameAsync("user.alice");
    }

    [Fact]
    public async Task What_is_torn_or_flipped_never_leads_to_another_state()
    {
        await _agent.InitialiseAsync();
        await _agent.ReferAsync([S0, "--names", Names()], ["user.alice.s1.inc-omitdirs"]);
        await _agent.ImportAsync(ExitCode.Success, S0, "--names", Names());
        ChunkRef expected = (await _agent.StatesAsync("reference"))[^1].Root;
        _agent.Copy("repo", "repo-before");
        _agent.Copy("cache", "cache-before");
        Random random = new(1);
        int refused = 0;
        for (int i = 0; i < 40; i++)
        {
            _agent.Copy("repo-before", "repo");
            _agent.Copy("cache-before", "cache");
            byte[] bytes = await File.ReadAllBytesAsync(Assert.Single(_agent.Kept));
            int at = i switch { 0 => 0, 1 => 9, 2 => bytes.Length - 1, _ => random.Next(bytes.Length) };
            bytes[at] ^= (byte)(1 << random.Next(8));
            await File.WriteAllBytesAsync(_agent.Kept[0], i % 3 == 0 ? bytes[..at] : bytes);

            ExitCode code = await _agent.TryImportAsync("user.alice.s1.inc-omitdirs");

            if (code == ExitCode.Success)
            {
                Assert.Equal(expected, (await _agent.StatesAsync("repo"))[^1].Root);
                continue;
            }

            refused++;
            Assert.True(code == ExitCode.OtherDumpNeeded, $"{code} with byte {at} of {bytes.Length}: {_agent.Error}");
            _agent.AssertOneLine(Refusal);
        }

        Assert.True(refused > 20, $"{refused} were refused");
    }

    [Fact]
    public async Task What_was_kept_of_another_repository_or_another_state_is_not_believed()
    {
        using VolumeAgent other = new();
        await other.InitialiseAsync();
        await other.ImportAsync(ExitCode.Success, S0);
        await _agent.InitialiseAsync();
        await _agent.ImportAsync(ExitCode.Success, S0);
        byte[] older = await File.ReadAllBytesAsync(Assert.Single(_agent.Kept));
        File.Copy(Assert.Single(other.Kept), Assert.Single(_agent.Kept), overwrite: true);
        await _agent.ImportAsync(ExitCode.OtherDumpNeeded, S1);
        _agent.AssertOneLine(Refusal);

        await File.WriteAllBytesAsync(_agent.Kept[0], older);
        await _agent.ImportAsync(ExitCode.Success, S1);
        await File.WriteAllBytesAsync(Assert.Single(_agent.Kept), older);

        await _agent.ImportAsync(ExitCode.OtherDumpNeeded, S2);
        _agent.AssertOneLine(Refusal);
    }

    [Fact]
    public async Task Where_nothing_can_be_kept_a_dump_is_taken_in_all_the_same_and_the_next_is_refused()
    {
        await _agent.InitialiseAsync();
        await _agent.ImportAsync(ExitCode.Success, "mail.alice.backup.s0.full");
        string domain = Path.GetDirectoryName(Assert.Single(_agent.Kept))!; // a file is in a directory
        Directory.Delete(domain, recursive: true);
        await File.WriteAllTextAsync(domain, "in the way");

        await _agent.ImportAsync(ExitCode.Success, S0);

        Assert.Single(
            _agent.Error.Split('\n'),
            line => line.Contains("the next dump of each has to be a full one", StringComparison.Ordinal));
        await _agent.ImportAsync(ExitCode.OtherDumpNeeded, S1);
        Assert.Contains(Refusal, _agent.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_increment_on_what_the_repository_has_lost_is_refused_as_for_a_reader()
    {
        await _agent.InitialiseAsync();
        await _agent.ReferAsync([S0], ["user.alice.s1.inc-omitdirs"]);
        await _agent.ImportAsync(ExitCode.Success, S0);
        foreach (FileInfo pack in new DirectoryInfo(_agent["repo/packs"]).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            pack.Delete();
        }

        await _agent.ImportAsync(ExitCode.OtherDumpNeeded, "user.alice.s1.inc-omitdirs");
        Assert.Contains("is not whole", _agent.Error, StringComparison.Ordinal);

        await _agent.TryImportAsync(S0); // stores what was lost
        await _agent.TryImportAsync("user.alice.s1.inc-omitdirs");
        await _agent.AssertSameAsync("user.alice");
    }

    [Fact]
    public async Task A_second_copy_of_a_dump_is_kept_beside_the_first_and_increments_go_on_from_it()
    {
        await _agent.InitialiseAsync();
        byte[] damaged = DumpSamples.Read($"{S0}.dump");
        damaged[^200] ^= 1;
        await _agent.ImportAsync(ExitCode.Success, _agent.Write("damaged.dump", new MemoryStream(damaged)));
        await _agent.ImportAsync(ExitCode.Partial, S0);
        Assert.Contains("in what this key cannot read", _agent.Error, StringComparison.Ordinal);

        await _agent.ReferAsync([S0], [S1]);
        await _agent.ImportAsync(ExitCode.Success, S1);
        await _agent.AssertSameAsync("user.alice");
    }

    [Fact]
    public async Task A_volume_that_the_certificate_does_not_name_is_refused_before_it_is_read()
    {
        await _agent.InitialiseAsync(volume: "mail.*");

        await _agent.ImportAsync(ExitCode.WrongKey, S0);

        _agent.AssertOneLine("this key may not back up the volume 'user.alice' of the cell 'c'");
        Assert.False(Directory.Exists(_agent["repo/packs"]));
        await _agent.ImportAsync(ExitCode.Success, "mail.alice.backup.s0.full");
    }

    [Fact]
    public async Task An_agent_that_may_read_keeps_nothing()
    {
        await _agent.InitialiseAsync(mayRead: true);
        await _agent.ReferAsync([S0], [S1]);
        await _agent.ImportAsync(ExitCode.Success, S0, S1);
        await _agent.AssertSameAsync("user.alice");
        Assert.Empty(_agent.Kept);
    }

    /// <summary>More names than stand in a node.</summary>
    private string Names() => _agent.Write("names", new MemoryStream(System.Text.Encoding.ASCII.GetBytes(string.Concat(
        Enumerable.Range(1000, 100).Select(id => string.Create(CultureInfo.InvariantCulture, $"user{id} {id} -204 -204\n"))))));

    private async Task ReferAndImportAsync(Stream dump)
    {
        string file = _agent.Write($"{Guid.NewGuid():N}.dump", dump);
        await _agent.ReferAsync([file]);
        await _agent.ImportAsync(ExitCode.Success, file);
    }
}
