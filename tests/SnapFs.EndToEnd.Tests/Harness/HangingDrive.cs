using SnapFs.Testing.Processes;

namespace SnapFs.EndToEnd.Tests.Harness;

/// <summary>A drive with a repository on it that can be made not to answer: a mount of the program's own, whose process is stopped.
/// </summary>
internal sealed class HangingDrive : IDisposable
{
    private readonly RepositoryFixture outer = new RepositoryFixture().Initialise();
    private readonly MountPoint mount;
    private readonly int[] behind;

    /// <param name="fixture">Whose repository the drive holds as it is now.</param>
    public HangingDrive(RepositoryFixture fixture)
    {
        outer.Run("backup", fixture.Repository, "--source", "inner").Expect();
        mount = outer.Mount();
        Repository = mount.Latest("inner", fixture.Repository);
        behind = [.. MountPoint.ProcessesBehind(mount.Path)];
        Assert.NotEmpty(behind);
    }

    /// <summary>Where the repository is on the drive.</summary>
    public string Repository { get; }

    /// <summary>From now on the drive answers nothing but what the kernel has kept of it.</summary>
    public void Hang() => Signal("STOP");

    /// <summary>Goes on, with what was asked meanwhile first.</summary>
    public void Answer() => Signal("CONT");

    public void Dispose()
    {
        Answer();
        mount.Dispose();
        outer.Dispose();
    }

    private void Signal(string signal) => ProcessRunner.Shell($"kill -{signal} {string.Join(' ', behind)}").Expect();
}
