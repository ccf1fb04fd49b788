using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Processes;
using SnapFs.Testing.Trees;

namespace SnapFs.EndToEnd.Tests.Native;

/// <summary>Anyone can find out whether the published files are made of the published sources.</summary>
[Collection(AloneCollection.Name)]
public sealed class ReproducibleTests
{
    [SkippableFact]
    public void Two_releases_made_in_two_folders_are_equal_byte_for_byte()
    {
        Skip.IfNot(TestScale.IsLong, "compiles the program four times; runs with --long");
        using TestDirectory directory = new();
        foreach (string folder in (ReadOnlySpan<string>)["one", "another/deeper"])
        {
            // Other times and another umask as well: what a second person has.
            ProcessRunner.Shell(
                $"""
                mkdir -p {directory[folder]}
                git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents --target-directory={directory[folder]}
                [ {folder} = one ] || umask 077
                {directory[folder]}/native/release.sh
                """,
                new ProcessOptions
                {
                    WorkingDirectory = SnapFsBinary.SourceRoot,
                    Timeout = TimeSpan.FromMinutes(60),
                    Environment = new Dictionary<string, string?> { ["SOURCE_DATE_EPOCH"] = "1700000000" },
                }).Expect();
        }

        string[] files = Directory.GetFiles(directory["one/artifacts/release"]);
        Assert.Equal(5, files.Length);
        Assert.All(files, file => Assert.Equal(
            File.ReadAllBytes(file),
            File.ReadAllBytes(Path.Combine(directory["another/deeper/artifacts/release"], Path.GetFileName(file)))));
    }
}
