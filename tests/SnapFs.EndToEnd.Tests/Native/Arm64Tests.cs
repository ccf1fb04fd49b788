using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Processes;
using SnapFs.Testing.Trees;

namespace SnapFs.EndToEnd.Tests.Native;

/// <summary>The file for arm64, run instruction by instruction on this processor: what it writes is what any other reads.</summary>
public sealed class Arm64Tests
{
    [SkippableFact]
    public void The_published_file_for_arm64_backs_up_checks_and_restores()
    {
        string program = Path.Combine(SnapFsBinary.SourceRoot, "artifacts/snapfs-arm64");
        string root = Path.Combine(SnapFsBinary.SourceRoot, "artifacts/arm64-root");
        Skip.IfNot(File.Exists(program), $"{program} is missing: native/publish.sh --arch arm64");
        Skip.IfNot(ProcessRunner.Exists("qemu-aarch64"), "qemu-aarch64 is missing: apt-get install qemu-user");
        Skip.IfNot(Directory.Exists(root), $"{root} is missing: native/lib/arm64-root.sh {root}");

        // Its loader by name: where qemu is told of the directory, it leads the program's own paths there as well.
        string libraries = $"{root}/lib/aarch64-linux-gnu:{root}/usr/lib/aarch64-linux-gnu";
        using TestDirectory directory = new();
        string source = new TestTree { ["a/b"] = "text", ["c"] = new string('x', 100_000) }.WriteTo(directory["source"]);

        ProcessResult result = ProcessRunner.Shell(
            $"""
            snapfs() (qemu-aarch64 {root}/lib/ld-linux-aarch64.so.1 --library-path {libraries} {program} "$@")
            snapfs version --verbose --json
            snapfs init --argon-memory 64M --argon-passes 2
            snapfs backup {source}
            snapfs check --read-data
            snapfs restore latest --target {directory["arm64"]}
            {SnapFsBinary.Path} check --read-data
            {SnapFsBinary.Path} restore latest --target {directory["here"]}
            diff -r {source} {directory["arm64"]}{source}
            diff -r {source} {directory["here"]}{source}
            """,
            new ProcessOptions
            {
                Timeout = TimeSpan.FromMinutes(15),
                Environment = new Dictionary<string, string?>
                {
                    ["SNAPFS_REPOSITORY"] = directory["repository"],
                    ["SNAPFS_CACHE_DIR"] = directory["cache"],
                    ["SNAPFS_PASSWORD"] = "secret",
                },
            }).Expect();

        Assert.Contains("\"linux-arm64\"", result.Output, StringComparison.Ordinal);
    }
}
