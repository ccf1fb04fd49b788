using SnapFs.Repository.Checks;
using SnapFs.Storage;
using SnapFs.Testing.Processes;
using Xunit;

namespace SnapFs.Repository.Tests.Vectors;

/// <summary>A whole repository of suite 2, made once by the program and never again: two backups of a small tree with files in
/// every form.</summary>
public sealed class FixtureTests
{
    private const string Password = "fixture";

    private static string Folder { get; } =
        Path.Combine(VectorFile.Directory, "..", "fixtures", "repository-2");

    [Fact]
    public async Task The_fixture_opens_and_every_byte_of_it_is_sound()
    {
        await using IStorage storage =
            await StorageRegistry.OpenAsync(StorageAddress.Parse(Folder), CancellationToken.None);
        using RepositorySecret.Password secret = new(Password);
        using OpenedRepository repository = await RepositoryOpener.OpenAsync(storage, secret, CancellationToken.None);

        CheckReport report = await RepositoryCheck.RunAsync(
            storage, repository, new CheckOptions { ReadData = true }, null, CancellationToken.None);

        Assert.Empty(report.Errors);
        Assert.Empty(report.Notes);
        Assert.Empty(report.Affected);
        Assert.Equal(2, report.Snapshots.Count);
        Assert.True(report.PacksRead >= 3);
    }

    [SkippableFact]
    public void The_independent_reader_finds_in_the_fixture_what_was_backed_up()
    {
        Skip.IfNot(ProcessRunner.Exists("python3"), "python3 is not installed");

        ProcessResult result = ProcessRunner.Run(
            "python3",
            [Path.Combine(VectorFile.Directory, "read.py"), "repository", Folder, Password],
            new ProcessOptions { Environment = SecondReader.Environment }).Expect();

        Assert.Equal(File.ReadAllText(Folder + ".files.txt"), result.Output);
    }
}
