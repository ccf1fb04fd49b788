using System.ComponentModel;
using System.Diagnostics;

namespace SnapFs.Core.Tests.Errors;

/// <summary>The words are those of strerror(3), whatever the runtime throws.</summary>
public sealed class SystemTextTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("snapfs-text-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_failed_call_is_told_in_the_words_of_the_system()
    {
        string file = Path.Combine(_directory, "file");
        File.WriteAllText(file, "text");
        (Action Call, string Says)[] failures =
        [
            (() => File.ReadAllText(Path.Combine(_directory, "none")), "No such file or directory"),
            (() => File.ReadAllText(Path.Combine(_directory, "none", "below")), "No such file or directory"),
            (() => File.ReadAllText(Path.Combine(file, "below")), "No such file or directory"), // the runtime hides ENOTDIR
            (() => File.ReadAllText(_directory), "Permission denied"), // the runtime opens no directory
            (() => File.WriteAllText("/dev/full", "text"), "No space left on device"),
            (() => Directory.Delete("/proc"), "Device or resource busy"),
            (() => File.ReadAllText(Path.Combine(_directory, new string('x', 300))), "File name too long"),
            (() => Directory.CreateDirectory(file), "File exists"),
            (() => ReadTwice(file), "another process uses it"),
            (() => Process.Start("/nonexistent/program"), "No such file or directory"),
        ];
        foreach ((Action call, string says) in failures)
        {
            Exception e = Assert.ThrowsAny<Exception>(call);
            Assert.True(e is IOException or UnauthorizedAccessException or Win32Exception, $"{e.GetType()}");
            Assert.Equal(says, SystemText.Of(e));
        }
    }

    [Fact]
    public void The_path_stands_before_the_reason()
    {
        string none = Path.Combine(_directory, "no'ne");
        IOException e = Assert.ThrowsAny<IOException>(() => File.ReadAllText(none));

        Assert.Equal($"{none}: No such file or directory", SystemText.WithPath(e));
        Assert.Equal("half a 'word' is gone", SystemText.WithPath(new IOException("half a 'word' is gone.")));
    }

    private static void ReadTwice(string file)
    {
        using FileStream first = new(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        using FileStream second = new(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
    }
}
