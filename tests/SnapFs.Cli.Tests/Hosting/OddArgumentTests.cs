using System.CommandLine;
using SnapFs.Cli.Hosting;
using SnapFs.Cli.Tests.Commands;
using SnapFs.Testing;
using SnapFs.Testing.Trees;

namespace SnapFs.Cli.Tests.Hosting;

/// <summary>Whatever is typed: a documented exit code, lines that say what is wrong, no trace.</summary>
public sealed class OddArgumentTests
{
    private static readonly int s_lists = TestScale.Choose(400, 20_000);

    private static readonly string[] Words =
    [
        "", " ", "-", "--", "---", "-x", "--bogus", "--json", "--json=1", "--quiet", "-v", "-q", "--help=x", ":", ":/", "::", "@",
        "latest", "latest:", "latest:/", "latest:/../x", @"latest:\/", @"latest:\/\q", @"latest:\/\x4", @"latest:\/\u{110000}", "h:s", "h:",
        ":s", "h:s@", "h:s@2026", "h:s@2026-13-99", "0123456789abcdef", "ffffffff", "0", "-1", "+1", "+", "1/0", "0/0", "1/1",
        "99999999999999999999999", "1e9", "NaN", "100T", "16E", "17E", "-0K", "K", "2026-02-30", "9999-12-31T23:59:60Z",
        "0000-00-00", "*", "**", "[", "[!", "[[:alpha:", @"\", "!", "!!", "#", "a/../b", "../x", "./x", "//", "x/", "true", "false",
        "\uDCFF\uDC80", "\u202E", "\u0001", "\n", "\ud83d\ude00", "\uFFFD", "\uFEFF", "\ud800",
        "a\nb", "%s%n", "$(id)", "~", "~root", "s3:x",
        "sftp:h:/x", "/dev/null", "/dev/full", "/dev/zero/x", "/proc/self/nothing", "/nonexistent/x",
        "/etc/hostname/x", "never", "if-changed",
    ];

    [Fact]
    public async Task Any_list_of_words_ends_with_a_documented_code_and_without_a_trace()
    {
        using TestRepository empty = new();
        using TestRepository filled = await new TestRepository().InitialiseAsync();
        filled.Write("source/file", "text");
        await filled.ExpectAsync(ExitCode.Success, "backup", filled["source"], "--source", "s", "--host", "h");
        await filled.UseKeyFileAsync(); // a passphrase would have to be tried for every list
        CliCommand[] commands = [.. All(CommandTree.Create().Root).OfType<CliCommand>().Where(command => command.Run is not null)];

        await Seeds.ForEachAsync(s_lists, async random =>
        {
            // Only commands that change nothing outside of the temporary directory get a repository that works.
            CliCommand command = Choose(random, commands);
            bool reads = command.Name is "ls" or "find" or "cat" or "diff" or "snapshots" or "stats" or "list";
            TestCli cli = (reads ? filled : empty).Cli;
            string[] arguments = [.. HelpWriter.PathOf(command).Split(' ').Skip(1), .. RandomWords(random, command)];

            ExitCode code = await cli.RunAsync(arguments);

            string typed = string.Join(' ', arguments.Select(word => $"'{(word.Length > 99 ? word[..99] : word)}'"));
            Assert.True(Enum.IsDefined(code), $"{typed}: {code}");
            Assert.False(cli.Error.Contains("this is a bug", StringComparison.Ordinal), $"{typed}: {cli.Error}");
            Assert.False(cli.Error.Contains("   at ", StringComparison.Ordinal), $"{typed}: {cli.Error}");
            Assert.All(
                cli.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries),
                line => Assert.True(line.StartsWith("snapfs: ", StringComparison.Ordinal) || line.StartsWith('{'), $"{typed}: {line}"));
            Assert.True(code == ExitCode.Success || reads || cli.Error.Length > 0, $"{typed}: {code} without a word");
        });
    }

    private static IEnumerable<Command> All(Command command) => command.Subcommands.SelectMany(All).Prepend(command);

    private static List<string> RandomWords(Random random, Command command)
    {
        Option[] options = [.. command.Options.Where(option => !option.Hidden)];
        List<string> words = [];
        for (int count = random.Next(6); count > 0; count--)
        {
            if (options.Length > 0 && random.Next(2) == 0)
            {
                Option option = Choose(random, options);
                words.Add(option.Name);
                if (option.ValueType == typeof(bool))
                {
                    continue;
                }
            }

            words.Add(random.Next(20) == 0 ? new string('x', 200_000) : Choose(random, Words));
        }

        // What follows would be run.
        words.RemoveAll(word => word == "--command");
        return words;
    }

    private static T Choose<T>(Random random, T[] things) => things[random.Next(things.Length)];
}
