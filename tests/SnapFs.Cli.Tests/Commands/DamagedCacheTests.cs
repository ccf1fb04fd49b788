using System.Text.RegularExpressions;
using SnapFs.Cli.Hosting;
using SnapFs.Testing.Processes;

namespace SnapFs.Cli.Tests.Commands;

/// <summary>Every file of the local cache, damaged or replaced in every way, under the commands that use one: nothing in it is
/// needed, so each answers as it does without.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed partial class DamagedCacheTests(DamagedCacheTests.Fixture fixture) : IClassFixture<DamagedCacheTests.Fixture>
{
    private const string Victim = "root:x:0:0:root:/root:/bin/sh\n";

    private static readonly TimeSpan Hang = TimeSpan.FromMinutes(2);

    private readonly TestRepository _repository = fixture.Repository;

    public static TheoryData<string> Damages() =>
    [
        "missing", "empty", "short", "flipped", "zeroed", "swapped", "of another repository",
        "a file", "a directory", "a full directory", "a link", "a link that leads nowhere", "a link to a directory", "a fifo",
    ];

    /// <summary>A repository, the cache that was made with it, and what commands say with that.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        internal TestRepository Repository { get; } = new();

        /// <summary>The files of the cache, and its directory of index runs.</summary>
        internal string[] Files { get; private set; } = [];

        internal List<string[]> Commands { get; } = [];

        internal Dictionary<string[], (ExitCode Code, string Output)> Intact { get; } = [];

        public async Task InitializeAsync()
        {
            await MakeAsync("other");
            await MakeAsync("repo");
            string large = Repository["data/large"];
            Commands.AddRange(
            [
                ["snapshots"], ["stats"], ["ls", "-R", "-l", "latest"], ["find", "*"],
                ["diff", "here:one", "here:two"], ["cat", $"latest:{large}"],
                ["restore", "latest", "--target", Repository["out"]], ["check"],
                ["backup", "--source", "two", Repository["data"]],
            ]);
            string cache = Assert.Single(Directory.GetDirectories(Repository["cache.repo"]));
            Files = [.. Directory.GetFileSystemEntries(cache, "*", SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(Repository["cache.repo"], path)).Order()];
            Assert.True(Files.Length >= 8, string.Join(' ', Files));
            foreach (string[] command in Commands)
            {
                Renew(Repository);
                (ExitCode code, string output, string error) = await RunAsync(Repository, command);
                Assert.True(code == (command[0] == "diff" ? ExitCode.Failed : ExitCode.Success) && error.Length == 0, error);
                Intact[command] = (code, output);
            }

            Remove(Repository["used"]);
        }

        public Task DisposeAsync()
        {
            Repository.Dispose();
            return Task.CompletedTask;
        }

        private async Task MakeAsync(string name)
        {
            Repository.Cli.Variables["SNAPFS_REPOSITORY"] = Repository[name];
            Repository.Cli.Variables["SNAPFS_CACHE_DIR"] = Repository["cache." + name];
            Repository.Cli.Variables.Remove("SNAPFS_KEY_FILE");
            Repository.Cli.Variables["SNAPFS_PASSWORD"] = "secret";
            await Repository.InitialiseAsync();
            await Repository.ExpectAsync(ExitCode.Success, "key", "export", "--file", Repository["key." + name]);
            Repository.Cli.Variables.Remove("SNAPFS_PASSWORD");
            Repository.Cli.Variables["SNAPFS_KEY_FILE"] = Repository["key." + name];
            Repository.Delete("data");
            await Repository.BackUpTwiceAsync("one", "two");
            await Repository.ExpectAsync(ExitCode.Success, "snapshots"); // keeps the snapshot of the last
        }
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task A_damaged_cache_costs_no_more_than_a_warning(string damage)
    {
        string outside = _repository["outside"];
        Remove(_repository["used"]);
        Remove(outside);
        string victim = _repository.Write("outside/passwd", Victim);
        int damaged = 0;
        foreach (string file in fixture.Files.Where(file => CanBe(damage, file)))
        {
            string path = Path.Combine(_repository["cache"], file);
            foreach (string[] command in fixture.Commands)
            {
                Renew(_repository);
                await DamageAsync(path, file, damage);
                damaged++;

                (ExitCode Code, string Output, string Error) answer = await RunAsync(_repository, command);

                string what = $"{damage} {file}: {string.Join(' ', command)} ends with {answer.Code}: {answer.Output}{answer.Error}";
                Assert.True((answer.Code, answer.Output) == fixture.Intact[command], what);
                Assert.True(Regex.IsMatch(answer.Error, @"\A(snapfs: warning: [^\n]*\n)?\z"), what);
                Assert.True(File.ReadAllText(victim) == Victim, what);
                Assert.True(Directory.GetFileSystemEntries(outside).Length == 1, what);
            }

            if (damage.StartsWith("a ", StringComparison.Ordinal))
            {
                Remove(path); // as the warning says
                await _repository.ExpectAsync(ExitCode.Success, "backup", "--source", "two", _repository["data"]);
            }

            foreach (string[] command in (string[][])[["backup", "--source", "two", _repository["data"]], ["find", "*"]])
            {
                await _repository.ExpectAsync(ExitCode.Success, command);
                Assert.True(_repository.Cli.Error.Length == 0, $"after {damage} {file}: {_repository.Cli.Error}");
            }

            Remove(_repository["used"]); // backups were added
        }

        Assert.True(damaged >= fixture.Commands.Count, $"only {damaged} runs had a damaged cache");
    }

    /// <summary>Puts the cache back to how it was, and the repository if it was changed.</summary>
    private static void Renew(TestRepository repository)
    {
        Remove(repository["cache"]);
        Copy(repository["cache.repo"], repository["cache"]);
        if (!Directory.Exists(repository["used"]))
        {
            Copy(repository["repo"], repository["used"]);
        }

        repository.Cli.Variables["SNAPFS_REPOSITORY"] = repository["used"];
        repository.Cli.Variables["SNAPFS_CACHE_DIR"] = repository["cache"];
    }

    /// <summary>Runs a command; what a backup stored and a restore wrote counts as its answer.</summary>
    private static async Task<(ExitCode Code, string Output, string Error)> RunAsync(TestRepository repository, string[] command)
    {
        Remove(repository["out"]);
        ExitCode code = await Task.Run(() => repository.Cli.RunAsync(command)).WaitAsync(Hang);
        (string output, string error) = (Elapsed().Replace(repository.Cli.Output, ""), repository.Cli.Error);
        if (command[0] == "backup")
        {
            Remove(repository["cache.none"]);
            repository.Cli.Variables["SNAPFS_CACHE_DIR"] = repository["cache.none"];
            output = await repository.ExpectAsync(ExitCode.Success, "ls", "-R", "-l", $"latest:{repository["data"]}");
            await repository.ExpectAsync(ExitCode.Success, "check", "--read-data");
            repository.Cli.Variables["SNAPFS_CACHE_DIR"] = repository["cache"];
        }
        else if (command[0] == "restore")
        {
            output += string.Concat(
                Directory.GetFiles(repository["out"], "*", SearchOption.AllDirectories).Order().Select(File.ReadAllText));
        }

        return (code, output, error);
    }

    /// <summary>A directory has no bytes to be damaged.</summary>
    private bool CanBe(string damage, string file) => File.Exists(Path.Combine(_repository["cache.repo"], file))
        ? damage != "a file"
        : damage is "missing" or "a file" or "a fifo" || damage.StartsWith("a link", StringComparison.Ordinal);

    private async Task DamageAsync(string path, string file, string damage)
    {
        Remove(path);
        switch (damage)
        {
            case "missing":
                return;
            case "a file":
                await File.WriteAllTextAsync(path, "no directory");
                return;
            case "a directory":
                Directory.CreateDirectory(path);
                return;
            case "a full directory":
                await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(path).FullName, "file"), "content");
                return;
            case "a link":
                File.CreateSymbolicLink(path, _repository["outside/passwd"]);
                return;
            case "a link that leads nowhere":
                File.CreateSymbolicLink(path, _repository["outside/new"]);
                return;
            case "a link to a directory":
                File.CreateSymbolicLink(path, _repository["outside"]);
                return;
            case "a fifo":
                ProcessRunner.Run("mkfifo", [path]).Expect();
                return;
            default:
                await File.WriteAllBytesAsync(path, await BytesAsync(file, damage));
                return;
        }
    }

    private async Task<byte[]> BytesAsync(string file, string damage)
    {
        byte[] content = await File.ReadAllBytesAsync(Path.Combine(_repository["cache.repo"], file));
        switch (damage)
        {
            case "empty":
                return [];
            case "short":
                return content[..(content.Length / 2)];
            case "zeroed":
                return new byte[content.Length];
            case "swapped":
                string[] files = [.. fixture.Files.Where(other => File.Exists(Path.Combine(_repository["cache.repo"], other)))];
                string next = files[(Array.IndexOf(files, file) + 1) % files.Length];
                return await File.ReadAllBytesAsync(Path.Combine(_repository["cache.repo"], next));
            case "of another repository":
                return await File.ReadAllBytesAsync(OfOtherRepository(file));
            default:
                if (content.Length > 0)
                {
                    content[content.Length / 2] ^= 0x20;
                }

                return content;
        }
    }

    /// <summary>The file of the other cache whose name is alike but for digits: the ids of repository, host and source are in it.
    /// </summary>
    private string OfOtherRepository(string file) =>
        Directory.GetFiles(_repository["cache.other"], "*", SearchOption.AllDirectories)
            .Order()
            .First(other => KindOf(other) == KindOf(file));

    private static string KindOf(string file) => Path.GetFileName(file) is var name && name.Contains('.', StringComparison.Ordinal)
        ? name[name.LastIndexOf('.')..]
        : name;

    private static void Remove(string path)
    {
        if (new DirectoryInfo(path) is { Exists: true, LinkTarget: null } directory)
        {
            directory.Delete(recursive: true);
        }
        else
        {
            File.Delete(path);
        }
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to, new DirectoryInfo(from).UnixFileMode);
        foreach (FileSystemInfo entry in new DirectoryInfo(from).GetFileSystemInfos())
        {
            string target = Path.Combine(to, entry.Name);
            if (entry is DirectoryInfo)
            {
                Copy(entry.FullName, target);
            }
            else
            {
                File.Copy(entry.FullName, target);
                File.SetLastWriteTimeUtc(target, entry.LastWriteTimeUtc);
            }
        }
    }

    [GeneratedRegex(" in [0-9.]+ s\\b")]
    private static partial Regex Elapsed();
}
