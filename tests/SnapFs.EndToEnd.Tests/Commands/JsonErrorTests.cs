using System.Text.Json;
using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Processes;
using SnapFs.Testing.Trees;

namespace SnapFs.EndToEnd.Tests.Commands;

/// <summary>What a program reads of what went wrong, with <c>--json</c>.</summary>
public sealed class JsonErrorTests : IDisposable
{
    private const string User = "65534";

    private readonly RepositoryFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    [SkippableFact]
    public void A_file_without_permission_is_an_error_with_its_path_and_the_call_s_error()
    {
        string home = HomeOfAnOrdinaryUser();
        fixture.ShellAs(User, $"""
            mkdir '{home}/t' && cd '{home}/t' && echo open > open && echo shut > shut
            touch "$(printf 'latin\351')"
            chmod 000 shut latin*
            snapfs init --argon-memory 64M --argon-passes 2
            """).Expect();

        ProcessResult result = fixture.ShellAs(User, $"snapfs backup --json '{home}/t'");

        Assert.True(result.ExitCode == ExitCodes.Partial, result.ToString());
        string latin = Convert.ToBase64String([.. System.Text.Encoding.UTF8.GetBytes($"{home}/t/latin"), 0xE9]);
        Assert.Equal(
            [
                $"kind=source path={home}/t/latin\uFFFD pathBase64={latin} errno=EACCES errnoNumber=13",
                $"kind=source path={home}/t/shut errno=EACCES errnoNumber=13",
            ],
            JsonLines.Of(result.Error, "error").Select(JsonLines.Facts).Order(StringComparer.Ordinal));
        Assert.All(
            JsonLines.Of(result.Error, "error"),
            error => Assert.EndsWith(": Permission denied", Message(error), StringComparison.Ordinal));
        Assert.Equal(2, Assert.Single(JsonLines.Of(result.Output, "snapshot")).GetProperty("problems").GetInt32());
    }

    [SkippableFact]
    public void A_target_without_permission_is_an_error_of_each_entry_or_of_the_command()
    {
        string home = HomeOfAnOrdinaryUser();
        string closed = fixture["closed"];
        Directory.CreateDirectory(closed);
        ProcessRunner.Run("chmod", ["755", closed]).Expect();
        fixture.ShellAs(User, $"""
            echo letter > '{home}/letter'
            snapfs init --argon-memory 64M --argon-passes 2
            snapfs backup '{home}/letter' --source s
            """).Expect();

        ProcessResult entry = fixture.ShellAs(User, $"snapfs restore --json 'latest:{home}/letter' --target '{closed}'");
        ProcessResult whole = fixture.ShellAs(User, $"snapfs restore --json 'latest:{home}/letter' --target '{closed}/new'");

        Assert.True(entry.ExitCode == ExitCodes.Partial, entry.ToString());
        Assert.Equal(
            $"kind=target path={home}/letter errno=EACCES errnoNumber=13",
            JsonLines.Facts(Assert.Single(JsonLines.Of(entry.Error, "error"))));
        AssertEnds(whole, ExitCodes.Failed, $"kind=target path={closed}/new errno=EACCES errnoNumber=13");
    }

    [Fact]
    public void A_source_that_is_gone_ends_a_backup_with_its_path()
    {
        fixture.Initialise();

        AssertEnds(
            fixture.Run("backup", "--json", fixture["gone"]),
            ExitCodes.Failed,
            $"kind=source path={fixture["gone"]} errno=ENOENT errnoNumber=2");
        Assert.Equal(0, fixture.CountSnapshots());
    }

    [Fact]
    public void A_wrong_password_ends_every_command()
    {
        fixture.Initialise();
        fixture.Environment["SNAPFS_PASSWORD"] = "wrong";

        AssertEnds(fixture.Run("snapshots", "--json"), ExitCodes.WrongKey, "kind=wrongKey");
        AssertEnds(fixture.Run("mount", "--json", fixture.NewMountPoint()), ExitCodes.WrongKey, "kind=wrongKey");
    }

    [Fact]
    public void A_failure_behind_a_mount_in_the_background_keeps_its_kind()
    {
        fixture.Initialise();

        AssertEnds(fixture.Run("mount", "--json", fixture["nowhere"]), ExitCodes.Failed, "kind=environment");
    }

    [Fact]
    public void What_is_not_there_is_told_from_a_command_line_that_is_wrong()
    {
        fixture.Initialise();
        string source = new TestTree { ["file"] = "text" }.WriteTo(fixture["t"]);
        fixture.Run("backup", source, "--source", "t").Expect();

        AssertEnds(fixture.Run("ls", "--json", "99999999"), ExitCodes.Failed, "kind=notFound");
        AssertEnds(fixture.Run("find", "--json", "x", "99999999"), ExitCodes.Usage, "kind=notFound"); // its 1 is an answer
        AssertEnds(fixture.Run("ls", "--json", "--frobnicate"), ExitCodes.Usage, "kind=usage");
        AssertEnds(fixture.Run("init", "--json"), ExitCodes.Failed, "kind=exists");
    }

    [Fact]
    public void What_a_mount_in_the_foreground_says_is_no_error_unless_it_is_one()
    {
        fixture.Initialise();
        string path = fixture.NewMountPoint();
        using RunningProcess mount = fixture.Start("mount", "--json", "-f", path);
        for (int i = 0; i < 300 && !MountPoint.IsMountPoint(path); i++)
        {
            Thread.Sleep(100);
        }

        mount.Signal("TERM");
        ProcessResult result = mount.Wait().Expect();

        Assert.Contains(JsonLines.Of(result.Error, "note"), note => Message(note).Contains("unmounted", StringComparison.Ordinal));
        Assert.Empty(JsonLines.Of(result.Error, "error"));
    }

    private static void AssertEnds(ProcessResult result, int exitCode, string facts)
    {
        Assert.True(result.ExitCode == exitCode, result.ToString());
        Assert.Equal($"{facts} exitCode={exitCode}", JsonLines.Facts(Assert.Single(JsonLines.Of(result.Error, "error"))));
    }

    private static string Message(JsonElement line) => line.GetProperty("message").GetString() ?? "";

    /// <summary>A directory of somebody who is not root, with his repository and cache.</summary>
    private string HomeOfAnOrdinaryUser()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "becoming another user needs root");
        string home = fixture["home"];
        Directory.CreateDirectory(home);
        ProcessRunner.Shell($"""
            chmod 755 '{Path.GetDirectoryName(home)}'
            chown {User}:{User} '{home}'
            """).Expect();
        fixture.Environment["SNAPFS_REPOSITORY"] = Path.Combine(home, "repository");
        fixture.Environment["SNAPFS_CACHE_DIR"] = Path.Combine(home, "cache");
        return home;
    }
}
