using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Processes;
using SnapFs.Testing.Trees;
using SnapFs.Testing.Volumes;

namespace SnapFs.EndToEnd.Tests.Cases;

/// <summary>A TMPDIR that cannot be used: only an import without a cache needs one.</summary>
public sealed class TemporaryDirectoryTests : IDisposable
{
    private const string User = "65534";

    private readonly RepositoryFixture fixture = new RepositoryFixture().Initialise();

    public void Dispose() => fixture.Dispose();

    [SkippableTheory]
    [InlineData("mount -t tmpfs -o size=64k none . && head -c 64k /dev/zero > full || true", "No space left on device")]
    [InlineData("mount -t tmpfs -o nr_inodes=1 none .", "No space left on device")]
    [InlineData("mount -t tmpfs -o ro none .", "Read-only file system")]
    [InlineData("cd .. && rmdir tmp && touch tmp", "tmp")]
    [InlineData("cd .. && rmdir tmp && ln -s tmp tmp", "tmp")]
    public void An_import_that_cannot_keep_its_scratch_file_there_is_one_line(string spoil, string reason)
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "mounting a small file system needs root");
        string temporary = Spoil(spoil);
        string dump = Dump();

        ProcessResult result = fixture.Run("volume", "import", "--cell", "a", dump);

        AssertNamed(result, temporary, reason);
        Assert.Equal(0, fixture.CountSnapshots());
        fixture.Environment["TMPDIR"] = null;
        fixture.Run("volume", "import", "--cell", "a", dump).Expect();
        fixture.CheckEverything();
    }

    [SkippableFact]
    public void An_import_of_a_user_who_may_not_write_there_is_one_line()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "becoming another user needs root");
        string temporary = Spoil("chmod 755 .");
        ProcessRunner.Shell($"chmod 755 '{fixture["."]}' && chown -R {User}:{User} '{fixture.Repository}'").Expect();
        string dump = Dump();

        ProcessResult result = fixture.ShellAs(User, $"snapfs volume import --cell a '{dump}'");

        AssertNamed(result, temporary, "denied");
    }

    [SkippableTheory]
    [InlineData("mount -t tmpfs -o nr_inodes=1 none .")]
    [InlineData("cd .. && rmdir tmp && touch tmp")]
    public void Other_commands_do_without_and_say_nothing(string spoil)
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "mounting a small file system needs root");
        string source = new TestTree { ["file"] = "content" }.WriteTo(fixture["source"]);
        Spoil(spoil);
        fixture.Environment["SNAPFS_CACHE_DIR"] = fixture.Cache;

        foreach (string[] command in (string[][])
            [
                ["backup", source], ["backup", "--command", "--", "echo", "text"], ["ls", "-R", "latest"],
                ["restore", "--target", fixture["out"], $"latest:{source}"], ["check"], ["volume", "import", "--cell", "a", Dump()],
            ])
        {
            Assert.Equal("", fixture.Run(command).Expect().Error);
        }
    }

    /// <summary>Makes a TMPDIR, spoils it, and leaves no cache that would be used in its place.</summary>
    private string Spoil(string script)
    {
        string temporary = Directory.CreateDirectory(fixture["tmp"]).FullName;
        ProcessRunner.Shell($"cd '{temporary}' && {script}").Expect();
        fixture.Environment["TMPDIR"] = temporary;
        fixture.Environment["SNAPFS_CACHE_DIR"] = "/proc/none";
        return temporary;
    }

    private string Dump()
    {
        string path = fixture["volume.dump"];
        using Stream made = new SyntheticVolume { Files = 3000 }.OpenDump();
        using FileStream file = File.Create(path);
        made.CopyTo(file);
        return path;
    }

    private static void AssertNamed(ProcessResult result, string temporary, string reason)
    {
        Assert.True(result.ExitCode == ExitCodes.StorageUnavailable, result.ToString());
        string[] lines = result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("snapfs: warning: the cache is not used", lines[0], StringComparison.Ordinal);
        Assert.StartsWith($"snapfs: no scratch file can be kept in {temporary}", lines[1], StringComparison.Ordinal);
        Assert.Contains(reason, lines[1], StringComparison.Ordinal);
    }
}
