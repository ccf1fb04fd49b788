namespace SnapFs.Files.Tests.Support;

/// <summary>A directory of this test's own, removed at its end whatever it holds.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public TemporaryDirectory() => Path = Directory.CreateTempSubdirectory("snapfs-files-").FullName;

    public string Path { get; }

    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Makes a directory in this one.</summary>
    public string Make(string name) => Directory.CreateDirectory(this[name]).FullName;

    /// <summary>Lets times move on, so that nothing counts as written just now.</summary>
    public static void Settle() => Thread.Sleep(60);

    public void Dispose()
    {
        // rm walks by descriptors: the paths of torture trees are longer than PATH_MAX.
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start("rm", ["-rf", "--", Path]);
        process.WaitForExit();
    }
}
