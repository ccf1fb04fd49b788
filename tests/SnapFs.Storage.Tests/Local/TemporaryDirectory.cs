namespace SnapFs.Tests;

/// <summary>A new directory that goes away with the test.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("snapfs-test-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
