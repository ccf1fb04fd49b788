using SnapFs.Files.Backups;
using SnapFs.Files.Excludes;
using SnapFs.Files.Restores;
using SnapFs.Files.Tests.Support;
using SnapFs.Snapshots;
using SnapFs.Testing.Trees;

namespace SnapFs.Files.Tests.Restores;

/// <summary>A dry run says what the run then does.</summary>
public sealed class DryRunTests
{
    private const int Trees = 40;

    [Fact]
    public void The_list_and_the_counts_of_a_dry_run_are_those_of_the_run() => SnapFs.Testing.Seeds.ForEach(Trees, random =>
    {
        using TemporaryDirectory directory = new();
        string tree = directory.Make("tree");
        Fill(tree, random, 3);
        Shell.Run("touch", "-d", "2020-01-02", tree);
        MemorySink sink = new();
        BackupResult backup = Backup.Run(sink, tree);
        string target = random.Next(4) == 0 ? directory["new"] : "/";
        if (target == "/")
        {
            Change(tree, random);
        }

        RestoreOptions options = Restore.Into(target, backup) with
        {
            Threads = 1, // which of the names of a file is written and which are linked depends on who comes first
            Delete = random.Next(2) == 0,
            Verify = random.Next(3) == 0,
            Overwrite = (OverwriteMode)random.Next(3),
            Include = random.Next(4) == 0 ? PatternSet.FromPatterns(["a*", "d1/"]) : PatternSet.Empty,
            Omissions = random.Next(2) == 0
                ? [new Omission(Posix.Files.RawPath.FromText(tree + "/d0"), OmissionKind.UnreadableDirectory)]
                : [],
            Selection = random.Next(2) == 0 ? new SnapshotSelection { Excludes = ["x*"u8.ToArray()] } : null,
        };
        TreeManifest before = TreeManifest.Scan(tree);

        (RestoreResult dry, List<string> planned) = Run(sink, backup, options with { DryRun = true });
        Assert.Equal([], TreeManifest.Compare(before, TreeManifest.Scan(tree), TreeFields.Restorable | TreeFields.ChangeTime));
        Assert.False(Directory.Exists(directory["new"]));
        (RestoreResult real, List<string> done) = Run(sink, backup, options);

        Assert.Equal(planned, done);
        Assert.Equal(dry.Problems, real.Problems);
        Assert.Equal(dry.Counts, real.Counts);
    });

    private static (RestoreResult Result, List<string> Changes) Run(MemorySink sink, BackupResult backup, RestoreOptions options)
    {
        List<string> changes = [];
        RestoreResult result = Restore.Run(sink, backup, options with
        {
            OnChange = (change, path) => changes.Add($"{(char)change} {Posix.Files.RawPath.ToText(path)}"),
        });
        changes.Sort(StringComparer.Ordinal);
        return (result, changes);
    }

    private static void Fill(string directory, Random random, int depth)
    {
        for (int i = random.Next(4); i >= 0; i--)
        {
            string path = $"{directory}/a{i}";
            File.WriteAllBytes(path, new byte[random.Next(3) == 0 ? 200_000 : random.Next(100)]);
            File.SetLastWriteTimeUtc(path, new DateTime(2020, 1, 1 + random.Next(5), 0, 0, 0, DateTimeKind.Utc));
            if (random.Next(3) == 0)
            {
                Shell.Run("ln", path, $"{directory}/link{i}");
            }
        }

        if (random.Next(2) == 0)
        {
            File.CreateSymbolicLink(directory + "/symlink", "a0");
            Shell.Run("mkfifo", directory + "/fifo");
        }

        for (int i = depth == 0 ? 0 : random.Next(3); i > 0; i--)
        {
            Fill(Directory.CreateDirectory($"{directory}/d{i - 1}").FullName, random, depth - 1);
        }
    }

    /// <summary>Changes, removes, replaces and adds entries.</summary>
    private static void Change(string directory, Random random)
    {
        foreach (string path in Directory.GetFileSystemEntries(directory))
        {
            bool isDirectory = Directory.Exists(path) && new DirectoryInfo(path).LinkTarget is null;
            if (isDirectory && random.Next(6) > 0)
            {
                Change(path, random);
                continue;
            }

            switch (random.Next(7))
            {
                case 0:
                    Shell.Run("rm", "-rf", path);
                    break;
                case 1:
                    Shell.Run("rm", "-rf", path);
                    Directory.CreateDirectory(path);
                    break;
                case 2:
                    Shell.Run("rm", "-rf", path);
                    File.WriteAllText(Directory.CreateDirectory(path).FullName + "/inside", "1");
                    break;
                case 3:
                    Shell.Run("rm", "-rf", path);
                    File.WriteAllText(path, "other");
                    break;
                case 4 when !isDirectory:
                    Shell.Run("touch", "-h", "-d", "2021-02-03", path);
                    break;
                case 5:
                    Shell.Run("sh", "-c", "[ -L \"$1\" ] || chmod u+rwx,g=s \"$1\"", "sh", path);
                    break;
            }
        }

        if (random.Next(2) == 0)
        {
            new TestTree { ["extra/deep/x1"] = "1", ["extra/deep/e"] = "2", ["extra/more/e"] = "3", ["e"] = "", ["x2"] = "" }
                .WriteTo(directory);
        }
    }
}
