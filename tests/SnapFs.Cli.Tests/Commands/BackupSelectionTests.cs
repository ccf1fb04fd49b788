using System.Text;
using SnapFs.Cli.Hosting;

namespace SnapFs.Cli.Tests.Commands;

/// <summary>Which files a backup takes, from the command line to the snapshot and back.</summary>
public sealed class BackupSelectionTests : IAsyncLifetime
{
    private TestRepository _repository = new();

    public async Task InitializeAsync()
    {
        _repository = await _repository.InitialiseAsync();
        await _repository.UseKeyFileAsync();
        _repository.Write("data/a.txt", "1");
        _repository.Write("data/B.TXT", "2");
        _repository.Write("data/big", "12345678901");
        _repository.Write("data/marked/.nobackup", "");
        _repository.Write("data/marked/file", "3");
        _repository.Write("data/sub/c", "4");
    }

    public Task DisposeAsync()
    {
        _repository.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Each_option_leaves_out_what_it_says()
    {
        await BackUpAsync(_repository["data"], "--iexclude", "*.txt");
        Assert.Equal("big marked marked/.nobackup marked/file sub sub/c", await ListAsync());

        await BackUpAsync(_repository["data"], "--exclude", "*.txt");
        Assert.Equal("B.TXT big marked marked/.nobackup marked/file sub sub/c", await ListAsync());

        await BackUpAsync(_repository["data"], "--exclude-if-present", ".nobackup", "--exclude-larger-than", "10");
        Assert.Equal("B.TXT a.txt marked marked/.nobackup sub sub/c", await ListAsync());

        await BackUpAsync(_repository["data"], "--exclude-if-present", ".nobackup:with this", "--exclude-larger-than", "1K");
        Assert.Equal("B.TXT a.txt big marked marked/.nobackup marked/file sub sub/c", await ListAsync());
    }

    [Fact]
    public async Task A_restore_that_deletes_keeps_what_each_option_left_out()
    {
        await BackUpAsync(
            _repository["data"], "--iexclude", "*.txt", "--exclude-if-present", ".nobackup", "--exclude-larger-than", "10");
        _repository.Write("data/extra", "made later");
        _repository.Write("data/New.Txt", "made later, of a kind that is left out");

        await RestoreInPlaceAsync("--delete");

        Assert.False(File.Exists(_repository["data/extra"]));
        Assert.All(
            ["a.txt", "B.TXT", "New.Txt", "big", "marked/file", "sub/c"],
            name => Assert.True(File.Exists(_repository["data/" + name]), name));
    }

    [Fact]
    public async Task A_restore_leaves_alone_what_it_is_told_to()
    {
        await BackUpAsync(_repository["data"]);
        File.WriteAllText(_repository["data/sub/c"], "changed");
        _repository.Write("data/sub/extra", "made later");
        _repository.Write("data/extra", "made later");

        await RestoreInPlaceAsync("--delete", "--exclude", "sub");

        Assert.Equal("changed", File.ReadAllText(_repository["data/sub/c"]));
        Assert.True(File.Exists(_repository["data/sub/extra"]));
        Assert.False(File.Exists(_repository["data/extra"]));
    }

    [Fact]
    public async Task More_left_out_than_a_snapshot_can_name_is_not_deleted_without_being_told_so()
    {
        for (int i = 0; i < 10_100; i++)
        {
            _repository.Write($"data/many/{i}", "12");
        }

        await BackUpAsync(_repository["data"], "--exclude-larger-than", "1");

        await _repository.ExpectAsync(
            ExitCode.Failed, "restore", "h:s:" + _repository["data"], "--target", _repository["data"], "--delete");

        Assert.Contains("more than it could record", _repository.Cli.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(_repository["data/many/10099"]));
    }

    [Fact]
    public async Task Paths_are_taken_from_lists_and_the_command_line()
    {
        string[] names = ["# no path", "", "  ", "data/sub/", "data/a.txt\r", "./data/#odd", "data/ space "];
        _repository.Write("data/#odd", "5");
        _repository.Write("data/ space ", "6");
        string list = _repository.Write("list", string.Join('\n', names.Select(Absolute)));

        await BackUpAsync(_repository["data/big"], "--files-from", list);

        Assert.Equal(" space  #odd a.txt big sub sub/c", await ListAsync());
    }

    [Fact]
    public async Task Lists_may_come_from_standard_input_and_end_paths_with_a_zero_byte()
    {
        _repository.Write("data/two\nlines", "5");
        _repository.Cli.Input = Encoding.UTF8.GetBytes($"{_repository["data/two\nlines"]}\0{_repository["data/a.txt"]}\0");
        await BackUpAsync("--files-from-raw", "-");
        Assert.Equal(@"a.txt two\x0alines", await ListAsync());

        _repository.Cli.Input = Encoding.UTF8.GetBytes(_repository["data/a.txt"]);
        await BackUpAsync("--files-from", "-");
        Assert.Equal("a.txt", await ListAsync());
    }

    [Theory]
    [InlineData("--files-from-raw", "no end", "does not end with a NUL byte")]
    [InlineData("--files-from-raw", "\0", "a PATH is empty")]
    [InlineData("--files-from", "a\0b\0", "has NUL bytes in it")]
    public async Task A_list_of_the_wrong_kind_is_a_usage_error(string option, string content, string why)
    {
        await _repository.ExpectAsync(ExitCode.Usage, "backup", option, _repository.Write("list", content));

        Assert.Contains(why, _repository.Cli.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("backup", "--files-from", "LIST", "--as", "/x")]
    [InlineData("backup", "--files-from", "LIST", "--stdin")]
    [InlineData("backup", "--files-from", "-", "--files-from-raw", "-")]
    [InlineData("backup", "--files-from", "LIST/nothing")]
    [InlineData("backup", "DATA", "--exclude-if-present", "")]
    [InlineData("backup", "DATA", "--exclude-if-present", ":header")]
    [InlineData("backup", "DATA", "--exclude-if-present", "a/b")]
    [InlineData("backup", "DATA", "--exclude-larger-than", "")]
    [InlineData("backup", "DATA", "--exclude-larger-than", "-1")]
    [InlineData("backup", "DATA", "--exclude-larger-than", "10X")]
    [InlineData("backup", "DATA", "--iexclude", "[a")]
    [InlineData("backup", "DATA", "--iexclude", "рстуфхцчш")]
    [InlineData("restore", "h:s", "--target", "LIST", "--exclude", "./a")]
    public async Task What_makes_no_sense_is_a_usage_error(params string[] arguments)
    {
        string list = _repository.Write("list", _repository["data"]);

        await _repository.ExpectAsync(
            ExitCode.Usage,
            [.. arguments.Select(word => word.Replace("LIST", list, StringComparison.Ordinal)
                .Replace("DATA", _repository["data"], StringComparison.Ordinal))]);
    }

    [Fact]
    public async Task A_list_without_a_path_is_nothing_to_back_up()
    {
        await _repository.ExpectAsync(ExitCode.Failed, "backup", "--files-from", _repository.Write("list", "# none\n"));

        Assert.Contains("there is nothing to back up", _repository.Cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_path_costs_itself_alone()
    {
        await BackUpAsync(_repository["data"], _repository["later"]);
        string[] arguments = ["backup", "-v", "--source", "s", "--host", "h", _repository["data"], _repository["later"]];
        _repository.Write("data/extra", "new");
        await _repository.ExpectAsync(ExitCode.Partial, arguments);

        Assert.Contains(
            $"{_repository["later"]}: cannot be backed up: No such file or directory", _repository.Cli.Error, StringComparison.Ordinal);
        string listed = await _repository.ExpectAsync(ExitCode.Success, "snapshots", "--json");
        Assert.Contains("\"partial\":true", listed, StringComparison.Ordinal);

        _repository.Write("later/file", "is there again");
        await _repository.ExpectAsync(ExitCode.Success, "restore", "h:s", "--target", "/", "--delete");
        Assert.True(File.Exists(_repository["later/file"]));
        Assert.Contains("could not read " + _repository["later"], _repository.Cli.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/src", "DATA", true)]
    [InlineData("src/*", "DATA", true)]
    [InlineData("/home/*/.cache", "DATA", true)]
    [InlineData("DATA/nothing", "DATA", false)]
    [InlineData("DATA/sub/", "DATA", false)]
    [InlineData("/sub", "DATA", false)]
    [InlineData("sub/none", "DATA", false)]
    [InlineData("src", "DATA", false)]
    [InlineData("*/none", "DATA", false)]
    [InlineData("**/none", "DATA", false)]
    [InlineData("/sub", "DATA/sub DATA", false)]
    [InlineData("/src", "DATA/sub DATA", true)]
    public async Task A_pattern_that_was_meant_from_another_directory_on_is_named(string pattern, string paths, bool isNamed)
    {
        pattern = pattern.Replace("DATA", _repository["data"], StringComparison.Ordinal);

        await BackUpAsync([.. paths.Replace("DATA", _repository["data"], StringComparison.Ordinal).Split(' '), "--exclude", pattern]);

        Assert.Equal(
            isNamed, _repository.Cli.Error.Contains($"the pattern '{pattern}' leaves out nothing", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_many_such_patterns_in_a_file_some_are_named()
    {
        string file = _repository.Write("patterns", "/none1\n/none2\n/none3\n/none4\n/none5\n*.o\n");

        await BackUpAsync(_repository["data"], "--exclude-file", file);

        Assert.Contains("'/none3' leaves out nothing", _repository.Cli.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("none4", _repository.Cli.Error, StringComparison.Ordinal);
        Assert.Contains("2 more patterns leave out nothing", _repository.Cli.Error, StringComparison.Ordinal);
    }

    private string Absolute(string line) => line.StartsWith("data/", StringComparison.Ordinal)
        ? _repository[line]
        : line.StartsWith("./", StringComparison.Ordinal) ? _repository[line[2..]] : line;

    /// <summary>Without a missing path: a success.</summary>
    private async Task BackUpAsync(params string[] arguments)
    {
        ExitCode expected = Array.Exists(arguments, word => word == _repository["later"]) ? ExitCode.Partial : ExitCode.Success;
        await _repository.ExpectAsync(expected, ["backup", "--source", "s", "--host", "h", .. arguments]);
    }

    /// <summary>What the last snapshot has below <c>data</c>, sorted.</summary>
    private async Task<string> ListAsync()
    {
        string listed = await _repository.ExpectAsync(ExitCode.Success, "ls", "-R", "h:s");
        string prefix = _repository["data"] + "/";
        return string.Join(' ', listed.Split('\n')
            .Where(line => line.StartsWith(prefix, StringComparison.Ordinal) && line != prefix)
            .Select(line => line[prefix.Length..].TrimEnd('/'))
            .Order(StringComparer.Ordinal));
    }

    private Task<string> RestoreInPlaceAsync(params string[] options) => _repository.ExpectAsync(
        ExitCode.Success, ["restore", "h:s:" + _repository["data"], "--target", _repository["data"], .. options]);
}
