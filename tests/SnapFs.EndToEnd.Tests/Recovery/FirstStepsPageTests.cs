using System.Text.RegularExpressions;
using SnapFs.EndToEnd.Tests.Harness;

namespace SnapFs.EndToEnd.Tests.Recovery;

/// <summary>What <c>docs/first-steps.md</c> says to type is typed, in its order, on a machine that has nothing of SnapFs.</summary>
public sealed partial class FirstStepsPageTests
{
    [SkippableFact]
    public void From_nothing_to_a_backup_that_was_restored()
    {
        Skip.IfNot(File.Exists("/dev/fuse"), "this machine has no /dev/fuse");
        using RepositoryFixture fixture = new();
        fixture.Environment["SNAPFS_PASSWORD"] = null;
        fixture.Environment["SNAPFS_REPOSITORY"] = null;
        foreach ((string name, string content) in
            ((string, string)[])[("etc/hostname", "web1\n"), ("etc/nginx/conf", "x"), ("home/ann", "y")])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(fixture[name])!); // below the directory of the test
            File.WriteAllText(fixture[name], content);
        }

        string page = File.ReadAllText(Path.Combine(SnapFsBinary.SourceRoot, "docs", "first-steps.md"));
        string[] commands = [.. Command().Matches(page).Select(match => match.Groups[1].Value)];
        string script = string.Join('\n', commands)
            .Replace("/tmp/", fixture["out-"], StringComparison.Ordinal)
            .Replace("/etc/snapfs", fixture["secrets"], StringComparison.Ordinal);
        script = Place().Replace(script, match => fixture[match.Groups[1].Value]);

        string output = fixture.Shell($"set -eu\n{script}").Expect().Output;

        Assert.True(commands.Length > 15, page);
        Assert.Contains("NOBODY CAN EVER READ IT AGAIN", output, StringComparison.Ordinal);
        Assert.Contains("no damage: 1 snapshot", output, StringComparison.Ordinal);
        Assert.Equal("web1\n", File.ReadAllText(fixture["out-hostname"]));
        Assert.Equal("x", File.ReadAllText(fixture["out-etc-of-the-backup/nginx/conf"]));
    }

    /// <summary>The indented lines; the fenced ones need systemd or cron.</summary>
    [GeneratedRegex("^    (.*)$", RegexOptions.Multiline)]
    private static partial Regex Command();

    [GeneratedRegex("/(?:srv/|mnt/)?(backup|snapfs|etc|home)(?=[/ \n]|$)")]
    private static partial Regex Place();
}
