using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Processes;

namespace SnapFs.EndToEnd.Tests.Native;

/// <summary>The Debian package, installed by dpkg below a directory of its own.</summary>
public sealed class PackageTests(PackageTests.BuiltPackage package) : IClassFixture<PackageTests.BuiltPackage>
{
    [SkippableTheory]
    [InlineData("usr/bin/snapfs")]
    [InlineData("usr/sbin/mount.snapfs")]
    [InlineData("lib/systemd/system/snapfs-backup@.service")]
    [InlineData("lib/systemd/system/snapfs-backup@.timer")]
    [InlineData("lib/systemd/system/snapfs-check@.service")]
    [InlineData("lib/systemd/system/snapfs-check@.timer")]
    [InlineData("lib/systemd/system/snapfs-failed@.service")]
    [InlineData("usr/share/bash-completion/completions/snapfs")]
    [InlineData("usr/share/zsh/vendor-completions/_snapfs")]
    [InlineData("usr/share/fish/vendor_completions.d/snapfs.fish")]
    [InlineData("usr/share/man/man1/snapfs.1.gz")]
    [InlineData("usr/share/man/man1/snapfs-backup.1.gz")]
    [InlineData("usr/share/man/man1/snapfs-mount.1.gz")]
    [InlineData("usr/share/man/man8/mount.snapfs.8.gz")]
    [InlineData("usr/share/doc/snapfs/copyright")]
    [InlineData("usr/share/doc/snapfs/docs/operations.md")]
    [InlineData("etc/snapfs/jobs/example.env")]
    public void Installing_puts_everything_in_its_place(string path) =>
        Assert.True(File.Exists(package.Installed[path]), $"{path} is not in the package");

    [SkippableFact]
    public void Removing_keeps_configuration_and_caches_and_purging_deletes_them_but_nothing_that_people_made()
    {
        using PackageRoot root = new PackageRoot(package.Path).Install();
        string[] made = ["etc/snapfs/password", "etc/snapfs/backup.key", "etc/snapfs/jobs/root.env", "srv/backup/packs"];
        foreach (string path in made)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(root[path])!); // not null: it lies in a directory
            File.WriteAllText(root[path], "theirs");
        }

        Directory.CreateDirectory(root["var/cache/snapfs/index"]);

        root.Dpkg("--remove", "snapfs").Expect();
        Assert.False(File.Exists(root["usr/bin/snapfs"]));
        Assert.True(File.Exists(root["etc/snapfs/jobs/example.env"]));
        Assert.True(Directory.Exists(root["var/cache/snapfs/index"]));
        Assert.All(made, path => Assert.True(File.Exists(root[path]), path));

        ProcessResult purged = root.Dpkg("--purge", "snapfs").Expect();
        Assert.False(File.Exists(root["etc/snapfs/jobs/example.env"]));
        Assert.False(Directory.Exists(root["var/cache/snapfs"]));
        Assert.All(made, path => Assert.Equal("theirs", File.ReadAllText(root[path])));
        Assert.Contains(
            "snapfs: /etc/snapfs is kept with the passwords, keys and jobs that were made there, 3 in all\n",
            purged.Output,
            StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Purging_leaves_nothing_where_people_made_nothing()
    {
        using PackageRoot root = new PackageRoot(package.Path).Install();

        ProcessResult purged = root.Dpkg("--purge", "snapfs").Expect();

        Assert.False(Directory.Exists(root["etc/snapfs"]));
        Assert.DoesNotContain("is kept", purged.Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Timers_stay_enabled_by_an_update_and_leave_no_links_to_nowhere_when_the_package_goes()
    {
        Skip.IfNot(ProcessRunner.Exists("systemctl"), "systemctl is missing: apt-get install systemd");
        using PackageRoot root = new PackageRoot(package.Path).Install();
        ProcessRunner.Run(
            "systemctl", ["--root=" + root[""], "enable", "snapfs-backup@root.timer", "snapfs-check@root.timer"]).Expect();
        string links = root["etc/systemd/system/timers.target.wants"];
        File.CreateSymbolicLink(Path.Combine(links, "other@root.timer"), "/lib/systemd/system/other@.timer");
        Assert.Equal(3, Directory.GetFileSystemEntries(links).Length);

        root.Install();
        Assert.Equal(3, Directory.GetFileSystemEntries(links).Length);

        ProcessResult removed = root.Dpkg("--remove", "snapfs").Expect();
        Assert.Equal("other@root.timer", Path.GetFileName(Assert.Single(Directory.GetFileSystemEntries(links))));
        Assert.Contains("snapfs: no longer enabled: ", removed.Output, StringComparison.Ordinal);
        Assert.Contains(" snapfs-backup@root.timer", removed.Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_repository_among_the_caches_survives_even_purging()
    {
        using PackageRoot root = new PackageRoot(package.Path).Install();
        Directory.CreateDirectory(root["var/cache/snapfs/misplaced/packs/3f"]);

        ProcessResult purged = root.Dpkg("--purge", "snapfs").Expect();

        Assert.True(Directory.Exists(root["var/cache/snapfs/misplaced/packs/3f"]));
        Assert.Contains("holds a repository", purged.Error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_changed_configuration_file_survives_an_update()
    {
        using PackageRoot root = new PackageRoot(package.Path).Install();
        File.WriteAllText(root["etc/snapfs/jobs/example.env"], "mine");

        root.Install();

        Assert.Equal("mine", File.ReadAllText(root["etc/snapfs/jobs/example.env"]));
    }

    [SkippableFact]
    public void Manual_pages_render_without_a_complaint()
    {
        PackageRoot root = package.Installed;
        foreach (string page in Directory.EnumerateFiles(root["usr/share/man"], "*.gz", SearchOption.AllDirectories))
        {
            ProcessResult shown = ProcessRunner.Run(
                "man",
                ["--warnings=w", "--local-file", page],
                new ProcessOptions { Environment = new Dictionary<string, string?> { ["MANWIDTH"] = "100" } });
            Assert.True(shown.ExitCode == 0 && shown.Error.Length == 0, shown.ToString());
            Assert.Contains("NAME", shown.Output, StringComparison.Ordinal);
        }
    }

    [SkippableFact]
    public void Lintian_has_nothing_to_complain_about()
    {
        Skip.IfNot(ProcessRunner.Exists("lintian"), "lintian is missing: apt-get install lintian");
        Skip.IfNot(SnapFsBinary.IsPublished, "a build's output is no program that a package may hold");

        ProcessRunner.Run("lintian", ["--fail-on", "error,warning,info", "--tag-display-limit", "0", package.Path]).Expect();
    }

    [Fact]
    public void The_archive_has_the_same_program_and_its_pages()
    {
        ProcessResult built = ProcessRunner.Run(
            Path.Combine(SnapFsBinary.SourceRoot, "native/packaging/build-tar.sh"), [SnapFsBinary.Path]).Expect();
        string archive = Path.Combine(SnapFsBinary.SourceRoot, built.Output.Trim());
        using TestDirectory directory = new();

        ProcessRunner.Run("tar", ["-xzf", archive, "-C", directory.Path, "--strip-components=1"]).Expect();

        Assert.Equal(File.ReadAllBytes(SnapFsBinary.Path), File.ReadAllBytes(directory["snapfs"]));
        Assert.All(
            ["LICENSE", "README.md", "mount.snapfs", "man/snapfs.1", "completion/snapfs.bash", "units/snapfs-backup@.service"],
            name => Assert.True(File.Exists(directory[name]), name));
    }

    /// <summary>The package made once for all tests of the class, around the program under test.</summary>
    public sealed class BuiltPackage : IDisposable
    {
        private readonly Lazy<PackageRoot> installed;

        public BuiltPackage()
        {
            // What is in the package is looked at, not how small it is.
            ProcessOptions quick = new()
            {
                Environment = new Dictionary<string, string?>
                {
                    ["DPKG_DEB_COMPRESSOR_TYPE"] = "gzip",
                    ["DPKG_DEB_COMPRESSOR_LEVEL"] = "1",
                },
            };
            ProcessResult built = ProcessRunner.Run(
                System.IO.Path.Combine(SnapFsBinary.SourceRoot, "native/packaging/build-deb.sh"), [SnapFsBinary.Path], quick)
                .Expect();
            Path = Directory.EnumerateFiles(System.IO.Path.Combine(SnapFsBinary.SourceRoot, "artifacts"), "snapfs_*.deb")
                .Single(path => built.Output.Contains(System.IO.Path.GetFileName(path), StringComparison.Ordinal));
            installed = new Lazy<PackageRoot>(() => new PackageRoot(Path).Install());
        }

        public string Path { get; }

        /// <summary>Where it is installed, for tests that change nothing there.</summary>
        public PackageRoot Installed => installed.Value;

        public void Dispose()
        {
            if (installed.IsValueCreated)
            {
                installed.Value.Dispose();
            }
        }
    }
}
