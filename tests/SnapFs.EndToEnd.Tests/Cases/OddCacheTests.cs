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
}
