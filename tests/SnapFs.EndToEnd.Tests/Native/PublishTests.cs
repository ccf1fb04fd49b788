using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Processes;
using SnapFs.Testing.Trees;

namespace SnapFs.EndToEnd.Tests.Native;

/// <summary>The one file that users get: trimming or ahead-of-time compilation must not have broken it.</summary>
public sealed class PublishTests
{
    [Fact]
    public void The_published_file_does_the_whole_loop_without_libraries_of_the_system()
    {
        using TestDirectory directory = new();
        string source = new TestTree { ["a/b"] = "text", ["c"] = "more" }.WriteTo(directory["source"]);
        Directory.CreateDirectory(directory["mnt"]);
        string program = SnapFsBinary.IsPublished ? SnapFsBinary.Path : Publish(directory["snapfs"]);

        ProcessRunner.Shell(
            $"""
            {program} init
            {program} backup {source}
            {program} snapshots --json
            {program} mount {directory["mnt"]}
            diff -r {source} {directory["mnt"]}/hosts/*/*/latest{source}
            {program} umount {directory["mnt"]}
            {program} check --read-data
            """,
            new ProcessOptions
            {
                Environment = new Dictionary<string, string?>
                {
                    ["SNAPFS_REPOSITORY"] = directory["repository"],
                    ["SNAPFS_CACHE_DIR"] = directory["cache"],
                    ["SNAPFS_PASSWORD"] = "secret",
                    ["DOTNET_ROOT"] = "/nonexistent",
                },
            }).Expect();
    }

    /// <summary>The script itself fails if the program asks the system for libzstd or libsodium.</summary>
    private static string Publish(string program)
    {
        ProcessRunner.Run(
            Path.Combine(SnapFsBinary.SourceRoot, "native/publish.sh"),
            [program],
            new ProcessOptions { Timeout = TimeSpan.FromMinutes(15) }).Expect();
        return program;
    }
}
