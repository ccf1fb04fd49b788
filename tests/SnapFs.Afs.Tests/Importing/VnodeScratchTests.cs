using SnapFs.Afs.Importing;

namespace SnapFs.Afs.Tests.Importing;

public sealed class VnodeScratchTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("snapfs-scratch-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [SkippableFact]
    public void What_cannot_be_read_back_is_the_fault_of_the_scratch_file_and_not_of_the_dump()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "needs /proc");
        using VnodeScratch scratch = new(_directory);
        long first = scratch.Append(new byte[1000], []);
        while (scratch.Length < 3 << 20)
        {
            scratch.Append(new byte[1000], []);
        }

        Assert.Equal(1000, scratch.NodeAt(first).Length);
        long far = 2 << 20; // beyond what was read with the first
        using (FileStream file = new(PathOfOpenFile(), FileMode.Open, FileAccess.Write))
        {
            file.SetLength(0);
        }

        ScratchException e = Assert.Throws<ScratchException>(() => scratch.NodeAt(far).Length);

        Assert.Equal(ErrorKind.StorageUnavailable, e.Kind);
        Assert.Contains(_directory, e.Message, StringComparison.Ordinal);
    }

    /// <summary>A file without a name is reached by the descriptor of its owner.</summary>
    private string PathOfOpenFile() => Assert.Single(
        Directory.GetFiles("/proc/self/fd"),
        path => new FileInfo(path).LinkTarget?.StartsWith(_directory + "/", StringComparison.Ordinal) == true);
}
