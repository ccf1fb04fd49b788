using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Afs;

namespace SnapFs.EndToEnd.Tests.Volumes;

/// <summary>The mount lets those in whom a real file server lets in.</summary>
[Collection(AfsCellCollection.Name)]
public sealed class VolumeAclCellTests(AfsCellFixture fixture)
{
    /// <summary>Access lists of a directory with a file; alice is in the group staff, bob is not, admin is an administrator.</summary>
    private static readonly string[][] Lists =
    [
        ["alice rl"],
        ["alice rl", "bob l"],
        ["bob rlidwka"],
        ["system:administrators rlidwka"],
        ["system:anyuser rl"],
        ["system:authuser rl"],
        ["staff rl"],
        ["staff r", "alice l"],
        ["system:anyuser l", "system:authuser r"],
        ["system:anyuser rl", "-bob r"],
        ["system:anyuser rl", "-staff l"],
        ["system:authuser rl", "-alice r"],
        ["alice rl", "bob rl", "-system:authuser l"],
        ["staff rl", "alice rl", "-alice r"],
    ];

    [SkippableFact]
    public void Users_of_the_cell_read_in_the_mount_what_they_may_read_in_the_cell()
    {
        using RepositoryFixture repository = new RepositoryFixture().Initialise();
        string[] users = ["alice", "bob", "admin"];
        AfsCell cell = fixture.Cell;
        List<string> volumes = [];
        List<string> dumps = [];
        List<string> expected = [];
        foreach (string[] list in Lists)
        {
            LiveVolume volume = cell.Create(cell.UniqueName("acl."));
            volume.Apply(new VolumeChanges().File("file", "text").Acl(".", list));
            volumes.Add(volume.Name);
            expected.Add($"{string.Join(", ", list)}: {string.Join(' ', users.Where(volume.CanBeReadBy))}".TrimEnd());
            dumps.Add(cell.Dump(volume.Name).File);
        }

        repository.Run(["volume", "import", "--cell", AfsCell.Name, "--names", SaveNames(repository), .. dumps]).Expect();

        // In a namespace of their own, the users of the cell are users here, under other numbers.
        File.WriteAllText(repository["namespace.sh"], $"""
            set -eu
            cp -a /etc '{repository["etc"]}'
            number=60000
            for user in {string.Join(' ', users)}; do
                number=$((number + 1))
                echo "$user:x:$number:$number::/:/bin/sh" >> '{repository["etc"]}/passwd'
            done
            mount --bind '{repository["etc"]}' /etc # not the file: whoever adds a user to this machine would take the mount away
            chmod 755 '{repository[""]}'
            mkdir '{repository["mnt"]}'
            '{SnapFsBinary.Path}' mount '{repository["mnt"]}' --allow-other --afs-acls
            for volume in {string.Join(' ', volumes)}; do
                for user in {string.Join(' ', users)}; do
                    setpriv --reuid $user --regid nogroup --clear-groups -- \
                        cat "{repository["mnt"]}/volumes/$volume/latest/file" > /dev/null 2>&1 && printf '%s ' $user || :
                done
                echo
            done
            umount '{repository["mnt"]}'
            """);
        string[] readers = repository.Shell($"unshare --mount sh '{repository["namespace.sh"]}'").Expect().Output.Split('\n');

        Assert.Equal(expected, Lists.Select((list, index) => $"{string.Join(", ", list)}: {readers[index].Trim()}".TrimEnd()));
        Assert.Contains("alice rl: alice", expected);
    }

    private static string SaveNames(RepositoryFixture repository)
    {
        string file = repository["names"];
        File.WriteAllText(
            file,
            AfsCell.Pts("listentries", "-users", "-groups").Expect().Output
            + AfsCell.Pts("membership", "staff", "system:administrators").Expect().Output);
        return file;
    }
}
