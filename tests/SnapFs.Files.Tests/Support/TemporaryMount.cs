using System.Diagnostics;

namespace SnapFs.Files.Tests.Support;

/// <summary>Something mounted for one test; the test is skipped where that is not allowed.</summary>
internal sealed class TemporaryMount : IDisposable
{
    private readonly string _path;

    private TemporaryMount(string path) => _path = path;

    public static TemporaryMount Tmpfs(string path, string options = "size=16m") =>
        Mount("-t", "tmpfs", "-o", options, "tmpfs", path);

    public static TemporaryMount Bind(string source, string path) => Mount("--bind", source, path);

    public static TemporaryMount Proc(string path) => Mount("-t", "proc", "proc", path);

    public void Dispose() => Shell.Run("umount", "-l", _path);

    private static TemporaryMount Mount(params string[] arguments)
    {
        ProcessStartInfo start = new("mount", arguments) { RedirectStandardError = true };
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("cannot start mount");
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Skip.If(process.ExitCode != 0, $"cannot mount: {error}");
        return new TemporaryMount(arguments[^1]);
    }
}
