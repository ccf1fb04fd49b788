using System.Globalization;
using SnapFs.Cli.Hosting;
using SnapFs.Testing.Processes;
using SnapFs.Testing.Volumes;

namespace SnapFs.Cli.Tests.Commands;

/// <summary>Imports whose scratch file is on a disk that gives up at some call.</summary>
public sealed class ScratchDiskTests : IDisposable
{
    private static readonly TimeSpan Hang = TimeSpan.FromMinutes(2);

    private readonly TestRepository _repository = new();
    private readonly byte[] _dump = DumpOf(new SyntheticVolume { Directories = 20, Files = 30_000 });

    public void Dispose()
    {
        ProcessRunner.Run("umount", ["-l", _repository["cache"]]);
        _repository.Dispose();
    }

    [SkippableTheory]
    [InlineData("")]
    [InlineData("--salvage")]
    public async Task A_scratch_disk_that_is_full_at_any_write_is_named_and_the_next_run_completes(string flag)
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "mounting a small file system needs root");
        await _repository.InitialiseAsync();
        await _repository.UseKeyFileAsync();
        int full = 0;
        for (int size = 1; ; size++)
        {
            MountCache(string.Create(CultureInfo.InvariantCulture, $"size={size}m"));
            ExitCode code = await ImportAsync(flag);
            if (code == ExitCode.Success)
            {
                break;
            }

            full++;
            AssertNamed(code, "No space left on device");
            Assert.Empty(Directory.GetFiles(_repository["cache"], "import-*", SearchOption.AllDirectories));
            await _repository.ExpectAsync(ExitCode.Success, "snapshots");
            Assert.Contains("0 snapshots", _repository.Cli.Output, StringComparison.Ordinal);
        }

        Assert.True(full >= 2, $"only {full} runs had a full disk");
        await _repository.ExpectAsync(ExitCode.Success, "check", "--read-data");
    }

    [SkippableTheory]
    [InlineData("nr_inodes=2", "rw", "No space left on device")] // the root and the directory of the repository: none for the file
    [InlineData("size=1m", "ro", "Read-only file system")]
    public async Task A_scratch_disk_that_takes_no_file_is_named(string options, string access, string reason)
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "mounting a small file system needs root");
        await _repository.InitialiseAsync();
        await _repository.UseKeyFileAsync();
        MountCache(options);
        await _repository.ExpectAsync(ExitCode.Success, "snapshots"); // makes the directory
        ProcessRunner.Run("mount", ["-o", $"remount,{access}", _repository["cache"]]).Expect();

        AssertNamed(await ImportAsync(""), reason);
    }

    private void AssertNamed(ExitCode code, string reason)
    {
        Assert.True(code == ExitCode.StorageUnavailable, $"{code}: {_repository.Cli.Error}");
        string line = Assert.Single(
            _repository.Cli.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            line => !line.StartsWith("snapfs: warning: ", StringComparison.Ordinal));
        Assert.StartsWith($"snapfs: no scratch file can be kept in {_repository["cache"]}/", line, StringComparison.Ordinal);
        Assert.Contains(reason, line, StringComparison.Ordinal);
    }

    private async Task<ExitCode> ImportAsync(string flag)
    {
        _repository.Cli.Input = _dump;
        string[] command = ["volume", "import", "--cell", "cell", "-"];
        return await Task.Run(() => _repository.Cli.RunAsync(flag.Length == 0 ? command : [.. command, flag])).WaitAsync(Hang);
    }

    private void MountCache(string options)
    {
        string cache = Directory.CreateDirectory(_repository["cache"]).FullName;
        ProcessRunner.Run("umount", ["-l", cache]);
        ProcessRunner.Run("mount", ["-t", "tmpfs", "-o", options, "tmpfs", cache]).Expect();
    }

    private static byte[] DumpOf(SyntheticVolume volume)
    {
        using Stream stream = volume.OpenDump();
        using MemoryStream bytes = new();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
