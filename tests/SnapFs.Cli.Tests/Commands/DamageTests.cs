using System.Text;
using SnapFs.Cli.Hosting;
using SnapFs.Testing.Processes;

namespace SnapFs.Cli.Tests.Commands;

/// <summary>Every object of a small repository, damaged on the disk in every way, under the commands that show what is there:
/// each says what it says of an intact one, or names the object and ends with the code of damage.</summary>
public sealed class DamageTests : IAsyncLifetime
{
    private readonly TestRepository _repository = new();
    private readonly List<string[]> _commands = [];
    private readonly Dictionary<string, (ExitCode Code, string Output)> _intact = [];
    private string[] _objects = [];

    public static TheoryData<string> Damages() => ["missing", "short", "flipped", "zeroed", "swapped", "a fifo", "a directory"];

    public async Task InitializeAsync()
    {
        await _repository.InitialiseAsync();
        await _repository.UseKeyFileAsync();
        _repository.WriteLarge("data/large");
        string file = _repository.Write("data/sub/small", "content");
        string first = await BackUpAsync();
        _repository.Write("data/sub/new", "another");
        string second = await BackUpAsync();
        _commands.AddRange(
        [
            ["snapshots"],
            ["stats"],
            ["stats", second],
            ["ls", "-R", second],
            ["find", "small", first],
            ["cat", $"{second}:{_repository["data/large"]}", $"{second}:{file}"],
            ["diff", first, second],
        ]);
        foreach (string[] command in _commands)
        {
            _intact[Text(command)] = await RunAsync(command);
        }

        _objects = [.. Directory.GetFiles(_repository["repo"], "*", SearchOption.AllDirectories)
            .Where(path => !path.Contains("/leases/", StringComparison.Ordinal))];
        Assert.Equal(ExitCode.Failed, _intact[Text(_commands[^1])].Code); // 1: they differ
        Assert.All(_commands[..^1], command => Assert.Equal(ExitCode.Success, _intact[Text(command)].Code));
        Assert.True(_objects.Length >= 10, $"{_objects.Length} objects");
    }

    public Task DisposeAsync()
    {
        _repository.Dispose();
        return Task.CompletedTask;
    }

    [SkippableTheory]
    [MemberData(nameof(Damages))]
    public async Task A_damaged_object_gives_right_answers_or_errors_that_name_it(string damage)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "needs the files of Linux");
        int noticed = 0;
        foreach (string path in _objects)
        {
            byte[] content = await File.ReadAllBytesAsync(path);
            string name = Path.GetRelativePath(_repository["repo"], path);
            bool mayBeUnknown = damage == "missing" && !name.StartsWith("packs/", StringComparison.Ordinal);
            await DamageAsync(path, content, damage);
            foreach (string[] command in _commands)
            {
                (ExitCode code, string output) = await RunAsync(command);
                if ((code, output) == _intact[Text(command)])
                {
                    continue;
                }

                noticed++;
                string what = $"{damage} {name}: {Text(command)} ends with {code}: {output}{_repository.Cli.Error}";
                Assert.True(mayBeUnknown || code == ExitCode.Damaged, what);
                Assert.True(mayBeUnknown || _repository.Cli.Error.Contains(name, StringComparison.Ordinal), what);
                Assert.DoesNotContain("bug", _repository.Cli.Error, StringComparison.Ordinal);
            }

            Restore(path, content);
        }

        Assert.True(noticed > _objects.Length, $"only {noticed} of the answers were others");
    }

    private static string Text(string[] command) => string.Join(' ', command);

    private async Task<string> BackUpAsync()
    {
        await _repository.ExpectAsync(ExitCode.Success, "backup", _repository["data"]);
        return Path.GetFileName(new DirectoryInfo(Path.Combine(_repository["repo"], "snapshots"))
            .GetFiles("*", SearchOption.AllDirectories)
            .MaxBy(file => file.LastWriteTimeUtc)!.FullName)[..16]; // there is one
    }

    /// <summary>Runs a command without what is kept in the cache.</summary>
    private async Task<(ExitCode Code, string Output)> RunAsync(string[] command)
    {
        _repository.Delete("cache");
        ExitCode code = await _repository.Cli.RunAsync(command);
        return (code, _repository.Cli.Output);
    }

    private async Task DamageAsync(string path, byte[] content, string damage)
    {
        File.Delete(path);
        switch (damage)
        {
            case "missing":
                return;
            case "a directory":
                Directory.CreateDirectory(path);
                return;
            case "a fifo":
                ProcessRunner.Run("mkfifo", [path]).Expect();
                return;
            default:
                await File.WriteAllBytesAsync(path, await BytesAsync(path, content, damage));
                return;
        }
    }

    private async Task<byte[]> BytesAsync(string path, byte[] content, string damage)
    {
        switch (damage)
        {
            case "short":
                return content[..(content.Length / 2)];
            case "zeroed":
                return new byte[content.Length];
            case "swapped":
                string? other = _objects.FirstOrDefault(other => other != path && KindOf(other) == KindOf(path));
                return other is null ? Encoding.UTF8.GetBytes("of no repository") : await File.ReadAllBytesAsync(other);
            default:
                byte[] flipped = [.. content];
                flipped[flipped.Length / 2] ^= 0x20;
                return flipped;
        }
    }

    private string KindOf(string path) => Path.GetRelativePath(_repository["repo"], path).Split('/')[0];

    private static void Restore(string path, byte[] content)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path);
        }

        File.Delete(path);
        File.WriteAllBytes(path, content);
    }
}
