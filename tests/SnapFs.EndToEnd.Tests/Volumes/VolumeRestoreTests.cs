using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Afs;
using SnapFs.Testing.Processes;
using SnapFs.Testing.Volumes;

namespace SnapFs.EndToEnd.Tests.Volumes;

/// <summary>Which state is given back, and what is said of it. A made-up <c>vos</c> keeps the dump that it is fed with.</summary>
public sealed class VolumeRestoreTests : IDisposable
{
    private const string Moment = "2026-11-21T02:44:23Z";

    private readonly RepositoryFixture fixture = new RepositoryFixture().Initialise();

    public void Dispose() => fixture.Dispose();

    [Theory]
    [InlineData("2026.11.21", false)]
    [InlineData("latest", false)]
    [InlineData(Moment, false)]
    [InlineData("2026.11.22", true)]
    [InlineData("2026-11-21T02:44:24Z", true)]
    public void A_state_that_is_older_than_the_date_is_restored_with_a_warning(string date, bool isWarned)
    {
        Import(DumpSamples.Read("user.alice.s0.full.dump")).Expect();

        ProcessResult restored = Restore(date).Expect();

        Assert.Equal(
            isWarned ? $"snapfs: warning: there is no dump of {date}; the last before is of {Moment}\n" : "", restored.Error);
        Assert.StartsWith($"restored user.alice of {Moment} as user.alice.R on fs1 a, ", restored.Output, StringComparison.Ordinal);
        fixture.Run("volume", "get", "latest", "user.alice", "-o", fixture["made"]).Expect();
        Assert.Equal(File.ReadAllBytes(fixture["made"]), File.ReadAllBytes(fixture["fed"]));
    }

    [Fact]
    public void Before_the_first_dump_nothing_is_restored()
    {
        Import(DumpSamples.Read("user.alice.s0.full.dump")).Expect();

        ProcessResult refused = Restore("2026.11.20");

        Assert.Equal(ExitCodes.Failed, refused.ExitCode);
        Assert.Equal(
            "snapfs: there is no dump of user.alice of 2026.11.20 or earlier; the first is of 2026.11.21\n", refused.Error);
        Assert.False(File.Exists(fixture["fed"]));
    }

    [Fact]
    public void Latest_is_the_whole_dump_although_a_salvaged_beginning_of_it_is_known_to_be_later()
    {
        byte[] whole = DumpSamples.Read("user.alice.s0.full.dump");
        Import(whole[..(whole.Length * 3 / 4)], "--salvage", "--taken-at", "2026-11-21T03:00:00Z").Expect(ExitCodes.Partial);
        Import(whole).Expect();

        foreach (string date in (string[])["latest", "2026.11.21", "2026.11.22"])
        {
            Assert.Contains($" of {Moment} as user.alice.R ", Restore(date).Expect().Output, StringComparison.Ordinal);
            Assert.DoesNotContain("salvaged", fixture.Run("volume", "list", date).Expect().Output, StringComparison.Ordinal);
        }

        ProcessResult asked = Restore("2026-11-21T03:00:00Z").Expect(ExitCodes.Partial);
        Assert.EndsWith($" left out; the date {Moment} gives a whole one of the same contents\n", asked.Error, StringComparison.Ordinal);
        using MountPoint mount = fixture.Mount();
        string volume = Path.Combine(mount.Path, "volumes/user.alice");
        Assert.Equal("2026.11.21T02-44-23Z", new FileInfo(Path.Combine(volume, "latest")).LinkTarget);
        Assert.Equal("2026.11.21T02-44-23Z", new FileInfo(Path.Combine(volume, "2026.11.21")).LinkTarget);
    }

    private ProcessResult Import(byte[] dump, params string[] options)
    {
        File.WriteAllBytes(fixture["given.dump"], dump);
        return fixture.Run(["volume", "import", "--cell", "a", .. options, fixture["given.dump"]]);
    }

    private ProcessResult Restore(string date)
    {
        string path = VosScript.Does(
            fixture["vos"],
            $"""
            case $1 in
            examine) echo 'VLDB: no such entry' >&2; exit 1 ;;
            restore) cat > '{fixture["fed"]}' ;;
            *) exit 2 ;;
            esac
            """);
        return fixture.Shell(
            $"PATH='{path}' exec {SnapFsBinary.Path} volume restore {date} user.alice user.alice.R --server fs1 --partition a");
    }
}
