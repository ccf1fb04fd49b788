using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Processes;
using SnapFs.Testing.Trees;

namespace SnapFs.EndToEnd.Tests.Cases;

/// <summary>A cache in which something else than a file has the name of one.</summary>
public sealed class OddCacheTests : IDisposable
{
    private readonly RepositoryFixture fixture = new RepositoryFixture().Initialise();
    private readonly string source;

    public OddCacheTests() => source = new TestTree { ["f"] = "one", ["sub/g"] = "two" }.WriteTo(fixture["source"]);

    public void Dispose() => fixture.Dispose();

    [Fact]
    public void A_pipe_in_the_place_of_any_file_of_the_cache_is_not_waited_for()
    {
        fixture.Run("backup", source).Expect();
        string[] files = Directory.GetFiles(fixture.Cache, "*", SearchOption.AllDirectories);
        Assert.True(files.Length >= 4, $"the cache has {files.Length} files");
        foreach (string file in files)
        {
            string kept = file + ".kept";
            File.Move(file, kept);
            fixture.Shell($"mkfifo '{file}'").Expect();
            foreach (string[] command in (string[][])[["ls", "latest"], ["backup", source]])
            {
                ProcessResult result = fixture.Run(command).Expect();
                Assert.Contains("is neither a file nor a directory", result.Error, StringComparison.Ordinal);
            }

            File.Delete(file);
            File.Move(kept, file);
        }

        fixture.CheckEverything();
    }

    [SkippableFact]
    public void A_file_of_the_cache_that_the_user_may_not_read_costs_one_warning_and_works_again_once_it_may()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "becoming another user needs root");
        const string User = "65534";
        ProcessRunner.Shell($"chmod 755 '{fixture["."]}' && chown -R {User}:{User} '{fixture.Repository}'").Expect();
        fixture.Environment["SNAPFS_CACHE_DIR"] = fixture["theirs"];
        ProcessRunner.Shell($"mkdir '{fixture["theirs"]}' && chown {User}:{User} '{fixture["theirs"]}'").Expect();
        string backup = $"snapfs backup --quiet '{source}'";
        fixture.ShellAs(User, $"{backup}; {backup}").Expect();
        string[] files = Directory.GetFileSystemEntries(fixture["theirs"], "*", SearchOption.AllDirectories);
        Assert.True(files.Length >= 6, $"the cache has {files.Length} files");
        string[] ways = ["chmod 000", "chown root:root"];
        foreach ((int number, string file) in files.Index().Where(entry => Path.Exists(entry.Item)))
        {
            string spoil = $"{ways[number % ways.Length]} '{file}'";
            ProcessRunner.Shell(spoil).Expect();
            foreach (string command in (string[])["snapfs ls latest", backup])
            {
                ProcessResult result = fixture.ShellAs(User, command).Expect();
                Assert.True(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length <= 1, $"{spoil}: {result.Error}");
            }

            ProcessRunner.Shell($"[ ! -e '{file}' ] || {{ chown {User}:{User} '{file}'; chmod u+rwX,go= '{file}'; }}").Expect();
            ProcessResult after = fixture.ShellAs(User, $"{backup}; {backup} 2>&1").Expect();
            Assert.True(after.Output.Length == 0, $"after {spoil}: {after.Output}");
        }

        fixture.CheckEverything();
    }
}
