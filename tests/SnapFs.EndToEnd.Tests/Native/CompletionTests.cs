using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Processes;

namespace SnapFs.EndToEnd.Tests.Native;

/// <summary>The completion of real shells, with a repository to complete from.</summary>
public sealed class CompletionTests(CompletionTests.Pages pages) : IClassFixture<CompletionTests.Pages>
{
    /// <summary>What is typed, and all that is offered; of a word with a colon or an equals sign what follows it, in bash.</summary>
    public static TheoryData<string, string> Typed => new()
    {
        { "snapfs rest", "restore" },
        { "snapfs ver", "versions version" },
        { "snapfs key rem", "remove" },
        { "snapfs volume li", "list" },
        { "snapfs import re", "restic" },
        { "snapfs key list ", "" },
        { "snapfs help backup-", "backup-manager" },
        { "snapfs backup --one", "--one-file-system" },
        { "snapfs restore latest --tar", "--target" },
        { "snapfs restore latest --overwrite n", "never" },
        { "snapfs snapshots --host ", "web1 web2" },
        { "snapfs snapshots --source e", "etc" },
        { "snapfs snapshots --tag ", "first" },
        { "snapfs ls lat", "latest" },
        { "snapfs ls web1:", "web1:etc" },
        { "snapfs cat web1:etc@", "web1:etc@2026-11-20T00-00-00Z web1:etc@2026-11-21T00-00-00Z" },
        { "snapfs cat web1:etc:SOURCE/d", "web1:etc:SOURCE/dir/" },
        { "snapfs cat web1:etc:SOURCE/dir/", "web1:etc:SOURCE/dir/one web1:etc:SOURCE/dir/other" },
        { "snapfs cat web1:none:/", "" },
    };

    [Theory]
    [MemberData(nameof(Typed))]
    public void Bash_offers(string typed, string expected)
    {
        string line = typed.Replace("SOURCE", pages.Source, StringComparison.Ordinal);
        string script = $". '{pages["completion/snapfs.bash"]}'; COMP_LINE=\"$1\" COMP_POINT=${{#1}}; _snapfs; "
            + "printf '%s\\n' \"${COMPREPLY[@]}\"";

        string output = pages.Run("bash", "-c", script, "bash", line);

        // Bash replaces what follows the last colon.
        string word = line[(line.LastIndexOf(' ') + 1)..];
        int cut = word.LastIndexOf(':') + 1;
        AssertOffered(expected.Split(' ').Select(offer => offer.Length > cut ? Full(offer)[cut..] : offer), output);
    }

    [SkippableTheory]
    [MemberData(nameof(Typed))]
    public void Fish_offers(string typed, string expected)
    {
        Skip.IfNot(ProcessRunner.Exists("fish"), "fish is missing: apt-get install fish");
        string line = typed.Replace("SOURCE", pages.Source, StringComparison.Ordinal);

        string output = pages.Run(
            "fish",
            "--no-config",
            "-c",
            $"source '{pages["completion/snapfs.fish"]}'; complete -C '{line}' | string replace -r '\\t.*' ''; true");

        AssertOffered(expected.Split(' ').Select(Full), output);
    }

    [SkippableTheory]
    [InlineData("snapfs rest", "snapfs restore")]
    [InlineData("snapfs key rem", "snapfs key remove")]
    [InlineData("snapfs help backup-", "snapfs help backup-manager")]
    [InlineData("snapfs backup --one", "snapfs backup --one-file-system")]
    [InlineData("snapfs restore latest --overwrite n", "snapfs restore latest --overwrite never")]
    [InlineData("snapfs snapshots --host web2 --source e", "snapfs snapshots --host web2 --source etc")]
    [InlineData("snapfs ls web1:e", "snapfs ls web1:etc")]
    [InlineData("snapfs cat web1:etc:SOURCE/dir/ot", "snapfs cat web1:etc:SOURCE/dir/other")]
    public void Zsh_completes(string typed, string expected)
    {
        Skip.IfNot(ProcessRunner.Exists("zsh"), "zsh is missing: apt-get install zsh");
        File.Copy(pages["completion/snapfs.zsh"], pages["completion/_snapfs"], overwrite: true);
        string script = $$"""
            zmodload zsh/zpty
            zpty shell 'zsh -f -i'
            zpty -w shell "PROMPT=; fpath=('{{pages["completion"]}}' \$fpath); autoload -U compinit; compinit -u -D"
            zpty -w shell "bindkey '^I' complete-word; echo REA''DY"
            zpty -r -m shell output '*READY*'
            zpty -w -n shell "$1"$'\t'
            zpty -r -m shell output "*$2*" && print -r -- done
            """;

        string output = pages.Run(
            "timeout",
            "60",
            "zsh",
            "-f",
            "-c",
            script,
            "zsh",
            typed.Replace("SOURCE", pages.Source, StringComparison.Ordinal),
            expected.Replace("SOURCE", pages.Source, StringComparison.Ordinal));

        Assert.Equal("done\n", output);
    }

    private static void AssertOffered(IEnumerable<string> expected, string output) => Assert.Equal(
        expected.Where(offer => offer.Length > 0).Order(StringComparer.Ordinal),
        output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));

    private string Full(string offer) => offer.Replace("SOURCE", pages.Source, StringComparison.Ordinal);

    /// <summary>The completion made from the help of the program, and a repository with two snapshots of one host and one of another.
    /// </summary>
    public sealed class Pages : IDisposable
    {
        private readonly RepositoryFixture fixture = new RepositoryFixture().Initialise();

        public Pages()
        {
            fixture.Run("key", "export", "--file", fixture["key"]).Expect();
            fixture.Environment["SNAPFS_KEY_FILE"] = fixture["key"];
            fixture.Environment["SNAPFS_PASSWORD"] = null;
            fixture.Environment["HOME"] = Directory.CreateDirectory(fixture["home"]).FullName;
            Directory.CreateDirectory(fixture["source/dir"]);
            File.WriteAllText(fixture["source/dir/one"], "1");
            File.WriteAllText(fixture["source/dir/other"], "2");
            foreach (string day in (string[])["20", "21"])
            {
                fixture.Run("backup", Source, "--host", "web1", "--source", "etc", "--time", $"2026-11-{day}", "--tag", "first").Expect();
            }

            fixture.Run("backup", Source, "--host", "web2", "--source", "etc").Expect();
            Directory.CreateDirectory(fixture["bin"]);
            File.CreateSymbolicLink(fixture["bin/snapfs"], SnapFsBinary.Path);
            string make = Path.Combine(SnapFsBinary.SourceRoot, "native/packaging/help_pages.py");
            ProcessRunner.Run("python3", ["-B", make, SnapFsBinary.Path, "0", fixture["pages"]]).Expect();
            fixture.Environment["PATH"] = $"{fixture["bin"]}:{Environment.GetEnvironmentVariable("PATH")}";
        }

        public string Source => fixture["source"];

        public string this[string name] => fixture[$"pages/{name}"];

        public void Dispose() => fixture.Dispose();

        public string Run(string program, params string[] arguments) => ProcessRunner.Run(
            program, arguments, new ProcessOptions { Environment = fixture.Environment }).Expect().Output;
    }
}
