using System.Text.Json;
using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Trees;

namespace SnapFs.EndToEnd.Tests.Mounts;

/// <summary>What a mount shows of versions and deletions, against what the commands tell.</summary>
public sealed class PastTests : IDisposable
{
    private readonly RepositoryFixture fixture = new RepositoryFixture().Initialise();

    public void Dispose() => fixture.Dispose();

    [Fact]
    public void A_mount_and_find_tell_of_the_same_versions_and_deletions()
    {
        string source = new TestTree
        {
            ["same"] = "s",
            ["edited"] = "first",
            ["deep/er/gone"] = "g",
            ["deep/er/kept"] = "k",
            ["whole/directory/file"] = "w",
        }.WriteTo(fixture["t"]);
        fixture.Shell($"ln -s same {source}/link").Expect();
        Backup(source);
        fixture.Shell($"cd {source}; printf second > edited; chmod 600 same; rm deep/er/gone; touch deep/new").Expect();
        Backup(source);
        fixture.Shell($"cd {source}; rm -r whole; chmod 644 same; ln -sfn edited link").Expect();
        Backup(source);
        using MountPoint mount = fixture.Mount();

        string lines = fixture.Run("find", "--versions", "*", "--json").Expect().Output;
        List<string> told =
        [
            .. JsonLines.Of(lines, "fileVersion")
                .Where(line => line.GetProperty("kind").GetString() != "directory")
                .Select(line => $"{Text(line, "path")}/{TimeOf(mount, Text(line, "first"))} "
                    + $"{Text(line, "mode")} {line.GetProperty("size")}")
                .Order(StringComparer.Ordinal),
        ];
        Assert.Contains(told, version => version.Contains("/edited/", StringComparison.Ordinal));
        Assert.Equal(told, Lines(mount, "versions", "/%P 0%m %s"));

        List<string> gone =
        [
            .. JsonLines.Of(lines, "gone").Select(line => Text(line, "path"))
                .Where(path => JsonLines.Of(lines, "fileVersion")
                    .Any(line => Text(line, "path") == path && line.GetProperty("kind").GetString() != "directory"))
                .Order(StringComparer.Ordinal),
        ];
        Assert.Equal([$"{source}/deep/er/gone", $"{source}/whole/directory/file"], gone);
        Assert.Equal(gone, Lines(mount, "deleted", "/%P"));
        fixture.Shell($"cp -a {mount.Path}/deleted/{Environment.MachineName}/t{source}/whole {source}/").Expect();
        Assert.Equal("w", File.ReadAllText($"{source}/whole/directory/file"));
    }

    private static string Text(JsonElement line, string name) => line.GetProperty(name).GetString()!; // each line of the kind has it

    /// <summary>The name of a snapshot in the mount.</summary>
    private string TimeOf(MountPoint mount, string id) =>
        fixture.Shell($"basename $(readlink {mount.Path}/ids/{id[..8]})").Expect().Output.Trim();

    private List<string> Lines(MountPoint mount, string below, string format) =>
    [
        .. fixture.Shell($"find {mount.Path}/{below}/{Environment.MachineName}/t -not -type d -printf '{format}\\n'").Expect().Output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Order(StringComparer.Ordinal),
    ];

    private void Backup(string source) => fixture.Run("backup", source, "--source", "t").Expect();
}
