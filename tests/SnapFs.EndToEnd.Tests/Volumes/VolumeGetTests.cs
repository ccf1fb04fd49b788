using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Processes;
using SnapFs.Testing.Volumes;

namespace SnapFs.EndToEnd.Tests.Volumes;

/// <summary>Dumps written to files, and disks that are full.</summary>
public sealed class VolumeGetTests : IDisposable
{
    private static readonly string[] Samples = ["user.alice.s0.full", "user.alice.s1.inc", "user.alice.s2.inc"];

    private readonly RepositoryFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    [Fact]
    public void A_directory_gets_every_original_dump_of_the_chain_up_to_the_day()
    {
        Import(Samples);
        string[] names = ["2026-11-21T02-44-23Z.full.dump", "2026-11-21T02-44-26Z.incr.dump", "2026-11-21T02-44-28Z.incr.dump"];
        string all = Directory.CreateDirectory(fixture["all"]).FullName;
        string some = Directory.CreateDirectory(fixture["some"]).FullName;

        fixture.Run("volume", "get", "latest", "user.alice", "--original", "-o", all).Expect();
        fixture.Run("volume", "get", "2026.11.21T02-44-26Z", "user.alice", "--original", "-o", some).Expect();

        Assert.Equal(names, Directory.EnumerateFiles(all).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(names[..2], Directory.EnumerateFiles(some).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        for (int i = 0; i < Samples.Length; i++)
        {
            string file = Path.Combine(all, names[i]);
            Assert.Equal(DumpSamples.Read($"{Samples[i]}.dump"), File.ReadAllBytes(file));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public void One_dump_is_not_written_over_a_file_nor_into_a_directory()
    {
        Import(Samples[..1]);
        string directory = Directory.CreateDirectory(fixture["directory"]).FullName;
        File.WriteAllText(fixture["file"], "kept");

        Assert.Equal($"snapfs: {directory} is a directory; name a file in it\n", Refused(ExitCodes.Failed, directory));
        Assert.Equal(
            $"snapfs: {fixture["file"]} exists; remove it or name another file\n", Refused(ExitCodes.Failed, fixture["file"]));
        Assert.Equal("kept", File.ReadAllText(fixture["file"]));
        Assert.Empty(Directory.EnumerateFileSystemEntries(directory));
    }

    [SkippableFact]
    public void A_disk_too_small_for_the_dump_is_one_line_and_no_file()
    {
        Import(Samples[..1]);
        string disk = MountSmallDisk(fixture["disk"], "1m");
        string file = Path.Combine(disk, "alice.dump");

        Assert.Matches(
            @"^snapfs: there is no room for .*/alice\.dump, which takes 4\.\d+ MiB; name a file on another disk with -o\n$",
            Refused(ExitCodes.StorageUnavailable, file));
        Assert.Empty(Directory.EnumerateFileSystemEntries(disk));
    }

    [SkippableFact]
    public void A_disk_too_small_for_the_scratch_file_of_an_import_is_one_line_and_another_disk_will_do()
    {
        MountSmallDisk(fixture.Cache, "2m");
        fixture.Initialise();
        string dump = fixture["volume.dump"];
        using (Stream made = new SyntheticVolume { Files = 30_000 }.OpenDump())
        {
            using FileStream file = File.Create(dump);
            made.CopyTo(file);
        }

        ProcessResult full = fixture.Run("volume", "import", "--cell", "a", dump);

        Assert.Equal(ExitCodes.StorageUnavailable, full.ExitCode);
        Assert.Matches(
            "^snapfs: no scratch file can be kept in .*/cache/[0-9a-f]{32}: No space left on device.*; make room there, or name a "
            + "directory on another disk with --cache-dir or SNAPFS_CACHE_DIR\n$",
            full.Error);
        Assert.Equal(0, fixture.CountSnapshots());

        fixture.Run("volume", "import", "--cell", "a", dump, "--cache-dir", fixture["other"]).Expect();
        fixture.CheckEverything();
    }

    private void Import(string[] samples)
    {
        fixture.Initialise();
        fixture.Run(
            ["volume", "import", "--cell", "a", .. samples.Select(name => Path.Combine(DumpSamples.Folder, name + ".dump"))]).Expect();
    }

    private string Refused(int code, string file)
    {
        ProcessResult result = fixture.Run("volume", "get", "latest", "user.alice", "-o", file);
        Assert.True(result.ExitCode == code, result.ToString());
        return result.Error;
    }

    /// <summary>A file system of its own, which goes with the fixture.</summary>
    private static string MountSmallDisk(string path, string size)
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "mounting a small file system needs root");
        Directory.CreateDirectory(path);
        ProcessRunner.Run("mount", ["-t", "tmpfs", "-o", $"size={size}", "tmpfs", path]).Expect();
        return path;
    }
}
