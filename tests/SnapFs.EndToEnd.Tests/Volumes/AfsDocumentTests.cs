using System.Text.RegularExpressions;
using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Afs;

namespace SnapFs.EndToEnd.Tests.Volumes;

/// <summary>What <c>docs/afs.md</c> tells administrators to type is typed.</summary>
[Collection(AfsCellCollection.Name)]
public sealed partial class AfsDocumentTests(AfsCellFixture fixture)
{
    [SkippableFact]
    public void Every_command_of_the_document_works_in_its_order()
    {
        using RepositoryFixture repository = new();
        LiveVolume volume = fixture.Cell.Create(fixture.Cell.UniqueName("doc."));
        volume.Apply(new VolumeChanges().File("thesis.tex", "all of it"));
        VolumeManifest sound = volume.Walk();
        repository.Environment["SNAPFS_PASSWORD"] = null;
        string document = File.ReadAllText(Path.Combine(SnapFsBinary.SourceRoot, "docs", "afs.md"));
        string script = string.Join('\n', Block().Matches(document).Select(match => match.Groups[1].Value))
            .Replace("/tmp/", repository[""].TrimEnd('/') + "/", StringComparison.Ordinal)
            .Replace("user.alice", volume.Name, StringComparison.Ordinal)
            .Replace("/root/snapfs.password", repository["password"], StringComparison.Ordinal)
            .Replace("/backup/afs", repository["afs"], StringComparison.Ordinal)
            .Replace("/mnt/backup", repository["mnt"], StringComparison.Ordinal)
            .Replace("$(command -v snapfs)", SnapFsBinary.Path, StringComparison.Ordinal);

        repository.Shell($"set -eu\n{script}").Expect();

        Assert.Equal("all of it", File.ReadAllText(repository["thesis.tex"]));
        Assert.True(new FileInfo(repository[$"{volume.Name}.dump"]).Length > sound["thesis.tex"].Length);
        Assert.Empty(VolumeManifest.Compare(sound, fixture.Cell.Find(volume.Name).Walk()));
        Assert.False(AfsCell.Exists(volume.Name + ".R"));
        Assert.False(AfsCell.Exists(volume.Name + ".old"));
    }

    [GeneratedRegex("^```sh\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
