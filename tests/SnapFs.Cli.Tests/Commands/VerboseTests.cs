using System.Runtime.Versioning;
using SnapFs.Cli.Hosting;
using SnapFs.Testing.Volumes;

namespace SnapFs.Cli.Tests.Commands;

/// <summary>What <c>-v</c> lists of a command that changes something is what is different afterwards.</summary>
[SupportedOSPlatform("linux")]
public sealed class VerboseTests : IDisposable
{
    private static readonly string[] Cheap = ["--argon-memory", "64M", "--argon-passes", "2"];

    private readonly TestRepository _repository = new();

    public void Dispose() => _repository.Dispose();

    [Fact]
    public async Task Commands_for_keys_list_the_objects_that_they_store_and_remove()
    {
        _repository.Write("new", "another\n");
        File.SetUnixFileMode(_repository["new"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await AssertListedAsync(["init", "--label", "first", .. Cheap]);
        await AssertListedAsync(["key", "add", "--label", "ann", "--new-password-file", _repository["new"], .. Cheap]);
        await AssertListedAsync(["key", "change", "ann", "--new-password-file", _repository["new"], .. Cheap]);
        await AssertListedAsync(["key", "remove", "ann"]);
    }

    [Fact]
    public async Task An_import_lists_what_each_dump_changed()
    {
        await _repository.InitialiseAsync();
        await _repository.UseKeyFileAsync();

        string full = await ImportAsync("user.alice.s0.full.dump");
        string increment = await ImportAsync("user.alice.s1.inc.dump");

        string[] added = [.. full.Split('\n')[..^2]];
        Assert.All(added, line => Assert.StartsWith("+ /", line, StringComparison.Ordinal));
        Assert.Contains("+ /tree/d1/f0", added);
        string difference = await _repository.ExpectAsync(ExitCode.Failed, "diff", "latest~1:/files", "latest:/files", "--quiet");
        Assert.Equal(
            difference.TrimEnd().Split('\n').Select(line => line.Replace(" /files/", " /").Replace(" /files ", " / ")).Order(),
            increment.Split('\n')[..^2].Order());
    }

    private Task<string> ImportAsync(string dump) => _repository.ExpectAsync(
        ExitCode.Success, "volume", "import", "--cell", "c", "-v", Path.Combine(DumpSamples.Folder, dump));

    private async Task AssertListedAsync(string[] command)
    {
        HashSet<string> before = Objects();
        string output = await _repository.ExpectAsync(ExitCode.Success, [.. command, "-v"]);
        HashSet<string> after = Objects();

        string[] expected = [.. after.Except(before).Select(name => $"+ {name}"), .. before.Except(after).Select(name => $"- {name}")];
        Assert.NotEmpty(expected);
        Assert.Equal(expected.Order(), output.Split('\n').Where(line => line is ['+' or '-', ' ', ..]).Order());
    }

    private HashSet<string> Objects() => Directory.Exists(_repository["repo"])
        ? [.. Directory.GetFiles(_repository["repo"], "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(_repository["repo"], file))]
        : [];
}
