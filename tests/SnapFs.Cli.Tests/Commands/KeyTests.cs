using SnapFs.Cli.Hosting;

namespace SnapFs.Cli.Tests.Commands;

/// <summary>What <c>snapfs key</c> and <c>snapfs init</c> do with passphrases and keys, in this form of the repository and in the
/// one of previews.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class KeyTests : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TestRepository _repository = new();

    public void Dispose() => _repository.Dispose();

    [Fact]
    public async Task A_passphrase_costs_64_MiB_where_nothing_else_is_said()
    {
        await _repository.ExpectAsync(ExitCode.Success, "init");

        string listed = await _repository.ExpectAsync(ExitCode.Success, "key", "list", "--json");

        Assert.Contains("\"memoryBytes\":67108864,\"passes\":3,", listed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_on_paper_is_that_of_the_root_and_opens_everything_once_it_is_typed_back()
    {
        await _repository.InitialiseAsync();
        string file = _repository.Write("data/file", "content");
        await _repository.ExpectAsync(ExitCode.Success, "backup", _repository["data"]);
        string page = await _repository.ExpectAsync(ExitCode.Success, "key", "export", "--paper");
        Assert.Contains("as its root", page, StringComparison.Ordinal);
        _repository.Write("typed", string.Join('\n', page.Split('\n').Where(line => line.Length > 2 && line[2] == ':')));
        File.SetUnixFileMode(_repository["typed"], Private);
        _repository.Cli.Variables.Remove("SNAPFS_PASSWORD");

        await _repository.ExpectAsync(
            ExitCode.Success, "key", "import", "--paper", _repository["typed"], "--file", _repository["key"]);

        Assert.StartsWith("snapfs-key-2:root:", await File.ReadAllTextAsync(_repository["key"]), StringComparison.Ordinal);
        _repository.Cli.Variables["SNAPFS_KEY_FILE"] = _repository["key"];
        Assert.Equal("content", await _repository.ExpectAsync(ExitCode.Success, "cat", $"latest:{file}"));
        await _repository.ExpectAsync(ExitCode.Success, "backup", _repository["data"]);
        await _repository.ExpectAsync(ExitCode.Success, "check", "--read-data");
        Assert.Equal(page, await _repository.ExpectAsync(ExitCode.Success, "key", "export", "--paper"));
        _repository.Write("new", "another passphrase\n");
        File.SetUnixFileMode(_repository["new"], Private);
        await _repository.ExpectAsync(
            ExitCode.Success, "key", "add", "--new-password-file", _repository["new"], "--argon-passes", "2");
        _repository.Cli.Variables.Remove("SNAPFS_KEY_FILE");
        _repository.Cli.Variables["SNAPFS_PASSWORD"] = "another passphrase";
        Assert.Equal("content", await _repository.ExpectAsync(ExitCode.Success, "cat", $"latest:{file}"));
    }

    [Theory]
    [InlineData("snapshots")]
    [InlineData("key", "export", "--file", "KEY")]
    public async Task Who_mistypes_a_passphrase_twice_gets_in_with_the_third_try(params string[] command)
    {
        await _repository.InitialiseAsync();
        command = [.. command.Select(word => word == "KEY" ? _repository["key"] : word)];
        _repository.Cli.Variables.Remove("SNAPFS_PASSWORD", out string? passphrase);
        foreach (string? typed in (string?[])["wrong", "", passphrase])
        {
            _repository.Cli.Answers.Enqueue(typed ?? "");
        }

        await _repository.ExpectAsync(ExitCode.Success, command);

        foreach (string typed in (string[])["1", "2", "3", "4"])
        {
            _repository.Cli.Answers.Enqueue(typed);
        }

        await _repository.ExpectAsync(ExitCode.WrongKey, "snapshots");
        Assert.Equal("4", Assert.Single(_repository.Cli.Answers));
    }

    [Fact]
    public async Task A_repository_of_a_preview_is_refused_in_one_line_that_says_what_reads_it()
    {
        _repository.Write("repo/config", "SNFS");
        _repository.Write("repo/snapshots/" + new string('a', 64), "SNFS");

        foreach (string[] command in (string[][])[["snapshots"], ["backup", _repository.Directory], ["check"], ["key", "list"]])
        {
            await _repository.ExpectAsync(ExitCode.NoRepository, command);
            string line = Assert.Single(_repository.Cli.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
            Assert.Contains("was made by a preview of snapfs; snapfs 0.1 reads it", line, StringComparison.Ordinal);
            Assert.StartsWith($"snapfs: {_repository["repo"]}: ", line, StringComparison.Ordinal);
        }

        await _repository.ExpectAsync(ExitCode.Failed, "init");
        Assert.Equal($"snapfs: there is a repository at {_repository["repo"]} already; nothing was changed\n", _repository.Cli.Error);
        Assert.Equal(2, Directory.GetFiles(_repository["repo"], "*", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public async Task A_key_file_of_a_preview_is_refused_in_one_line()
    {
        await _repository.InitialiseAsync();
        _repository.Cli.Variables.Remove("SNAPFS_PASSWORD");
        _repository.Cli.Variables["SNAPFS_KEY_FILE"] = _repository.Write("key", "snapfs-key-1:administrator:AAAA\n");
        File.SetUnixFileMode(_repository["key"], Private);

        await _repository.ExpectAsync(ExitCode.WrongKey, "snapshots");

        string line = Assert.Single(_repository.Cli.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("for a repository of a preview of snapfs", line, StringComparison.Ordinal);
    }
}
