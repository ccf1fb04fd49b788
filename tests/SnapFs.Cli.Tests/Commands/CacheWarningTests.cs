using SnapFs.Cli.Hosting;

namespace SnapFs.Cli.Tests.Commands;

/// <summary>What is wrong with the cache is said in one line, however many use it.</summary>
public sealed class CacheWarningTests
{
    [Theory]
    [InlineData("walk-*.lock", "walk cache")]
    [InlineData("heads", "heads")]
    [InlineData("*", "")]
    public async Task A_backup_whose_cache_cannot_be_used_says_so_once(string files, string expected)
    {
        using TestRepository repository = await new TestRepository().InitialiseAsync();
        repository.Write("data/file", "content");
        await repository.ExpectAsync(ExitCode.Success, "backup", repository["data"]);
        await repository.ExpectAsync(ExitCode.Success, "backup", repository["data"]); // keeps the snapshot of the first
        Assert.Equal(0, Warnings(repository));
        string cache = Assert.Single(Directory.GetDirectories(repository["cache"]));
        string[] broken = Directory.GetFiles(cache, files, SearchOption.AllDirectories);
        Assert.NotEmpty(broken);
        foreach (string file in broken)
        {
            File.Delete(file);
            Directory.CreateDirectory(file);
        }

        await repository.ExpectAsync(ExitCode.Success, "backup", repository["data"]);

        Assert.Equal(1, Warnings(repository));
        Assert.Contains(expected, repository.Cli.Error, StringComparison.Ordinal);
    }

    private static int Warnings(TestRepository repository) =>
        repository.Cli.Error.Split('\n').Count(line => line.Contains("cache", StringComparison.Ordinal));
}
