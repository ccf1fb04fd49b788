using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Processes;
using SnapFs.Testing.Trees;

namespace SnapFs.EndToEnd.Tests.Mounts;

/// <summary>A repository with one file, an fstab, and a mount namespace in which mount(8) finds our helper.</summary>
internal sealed class Fstab : IDisposable
{
    /// <summary>What is in the file that was backed up.</summary>
    public const string Content = "mounted by fstab\n";

    private readonly string source;

    public Fstab()
    {
        Fixture.Initialise();
        source = new TestTree { ["file"] = Content }.WriteTo(Fixture["t"]);
        Fixture.Run("backup", source, "--source", "t").Expect();
        Fixture.Run("key", "export", "--file", Fixture["backup.key"]).Expect();
        System.IO.Directory.CreateDirectory(Fixture["sbin"]);
        ProgramFile.Write(Fixture["sbin/mount.snapfs"], File.ReadAllText(Helper));
        File.WriteAllText(Fixture["password"], RepositoryFixture.Password + "\n");
        File.SetUnixFileMode(Fixture["password"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Directory = Fixture.NewMountPoint();
        System.IO.Directory.CreateDirectory(Fixture["other"]);
    }

    /// <summary>What mount(8) runs.</summary>
    public static string Helper { get; } = Path.Combine(SnapFsBinary.SourceRoot, "native/mount/mount.snapfs");

    public RepositoryFixture Fixture { get; } = new();

    /// <summary>Where the lines mount.</summary>
    public string Directory { get; }

    private string Repository { get; set; } = "repository";

    /// <summary>Gives the repository another name.</summary>
    public void MoveRepository(string name)
    {
        System.IO.Directory.Move(Fixture.Repository, Fixture[name]);
        Repository = name;
    }

    /// <summary>Writes lines as the documents have them, with the names of this test.</summary>
    public void Write(params string[] lines) => File.WriteAllText(
        Fixture["fstab"],
        (string.Join('\n', lines) + "\n")
            .Replace("/srv/backup", Fixture.Repository, StringComparison.Ordinal)
            .Replace("/mnt/snapfs", Directory, StringComparison.Ordinal)
            .Replace("/mnt/other", Fixture["other"], StringComparison.Ordinal)
            .Replace("/etc/snapfs/", Fixture[""] + "/", StringComparison.Ordinal));

    /// <summary>Runs shell as at boot: no passphrase, no repository, mount(8) and what it runs.</summary>
    public ProcessResult Boot(string script)
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "mount(8) of other file systems needs root");
        File.WriteAllText(Fixture["boot.sh"], Preparation + script + "\n");
        return Fixture.Shell($"unshare --mount sh -eu '{Fixture["boot.sh"]}'");
    }

    /// <summary>Has the directory mounted when somebody looks into it.</summary>
    /// <param name="reader">Shell of a process that looks.</param>
    /// <param name="mounter">Shell that mounts.</param>
    public ProcessResult Automount(string reader, string mounter) =>
        Autofs.Run(Fixture, Directory, reader, mounter, Preparation);

    public void Dispose() => Fixture.Dispose();

    /// <summary>mount(8) looks for its helpers in /sbin only; in a namespace of its own, /sbin holds nothing but ours.</summary>
    private string Preparation => $"""
        mount --bind '{Fixture["sbin"]}' /usr/sbin
        unset SNAPFS_PASSWORD SNAPFS_REPOSITORY
        export SNAPFS_PROGRAM='{SnapFsBinary.PathForAll}' SNAPFS_CACHE_DIR='{Fixture.Cache}'
        export directory='{Directory}' other='{Fixture["other"]}' source='{source}' link='{Fixture["link"]}'
        export fstab='{Fixture["fstab"]}' password='{Fixture["password"]}' repository='{Fixture[Repository]}'

        """;
}
