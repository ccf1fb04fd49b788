using SnapFs.Testing.Processes;

namespace SnapFs.EndToEnd.Tests.Harness;

/// <summary>A temporary directory that removes itself, whatever a torture tree put into it.</summary>
internal sealed class TestDirectory : IDisposable
{
    public TestDirectory()
    {
        Path = Directory.CreateTempSubdirectory("snapfs-e2e-").FullName;
    }

    public string Path { get; }

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        // rm walks by descriptors, so that names that are not UTF-8 and paths beyond PATH_MAX are no trouble.
        ProcessRunner.Run("rm", ["-rf", "--one-file-system", "--", Path]).Expect();
    }
}
