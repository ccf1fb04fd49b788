namespace SnapFs.Testing.Afs;

/// <summary>A week in a home directory: one of everything that a volume can hold, and every kind of change.</summary>
internal static class UserLife
{
    private const int Alice = 1001;
    private const int Bob = 1002;
    private const int Papers = 40;

    public static void RunDay(LiveVolume volume, int day, Random random)
    {
        switch (day)
        {
            case 1:
                volume.Apply(MoveIn(random));
                volume.Apply(new VolumeChanges().File("Documents/by-alice", "mine"), "alice");
                volume.Apply(new VolumeChanges().File("shared/by-bob", "his"), "bob");
                break;
            case 2:
                volume.Apply(Write(random), "alice");
                volume.Apply(ChangeOwners());
                break;
            case 3:
                volume.Apply(Rearrange(), "alice");
                break;
            case 4:
                volume.Apply(Delete(), "alice");
                break;
            case 5:
                volume.Apply(FillUp(random), "alice");
                break;
            case 6:
                volume.Apply(ChangeRights());
                break;
            default:
                break; // a day off: an increment without anything in it
        }
    }

    private static VolumeChanges MoveIn(Random random)
    {
        VolumeChanges changes = new VolumeChanges()
            .Acl(".", "system:administrators rlidwka", "system:anyuser l", "alice rlidwka")
            .Directory("Documents").Directory("Documents/papers").Directory("Documents/deep").Directory("Documents/deep/er")
            .Directory("private", "700").Directory("shared").Directory("empty")
            .Acl("private", "system:administrators rlidwka", "alice rlidwka", "-bob rlidwka")
            .Acl("shared", "system:administrators rlidwka", "alice rlidwka", "staff rlidwk", "bob rlidwAH",
                "-system:anyuser B", "-bob k")
            .File("README", "Welcome\n").Touch("README", 1_000_000_000)
            .File("Documents/notes.txt", "first\n")
            .File("Documents/report.pdf", random.BytesOf(200_000))
            .File("Documents/deep/er/letter", random.BytesOf(5_000))
            .File("nothing", "")
            .File("private/diary", "Dear diary", "600")
            .File("run", "#!/bin/sh\n", "4755")
            .File("unreadable", "no bits at all", "000")
            .File("from-1970", "old").Touch("from-1970", 0)
            .File("from-2100", "new").Touch("from-2100", 4_102_444_800)
            .HardLink("Documents/notes-too.txt", "Documents/notes.txt")
            .Symlink("to-notes", "Documents/notes.txt").Symlink("to-nowhere", "../no%20where")
            .Symlink("to-root", "/afs/snapfs.test/user/ann").Symlink("hash-but-link", "#no-mount-point")
            .MountPoint("Mail", "#mail.ann.").MountPoint("Database", "%25db.ann.")
            .MountPoint("elsewhere", "#other.cell.example:root.cell.").MountPoint("OldFiles", "#user.ann.backup.");
        foreach (string name in (string[])["with%20space", "line%0Abreak", "caf%E9", "caf%C3%A9", "Case", "case", "dot.",
            new string('n', 255)])
        {
            changes.File(name, $"I am {name}");
        }

        for (int i = 0; i < Papers; i++)
        {
            changes.File($"Documents/papers/{i}", random.Bytes(4_000)).Owner($"Documents/papers/{i}", Alice);
        }

        return changes;
    }

    private static VolumeChanges Write(Random random) => new VolumeChanges()
        .Append("Documents/notes.txt", "second\n"u8)
        .Write("Documents/report.pdf", 100_000, random.BytesOf(10_000))
        .Resize("Documents/deep/er/letter", 1_234)
        .Replace("README", "Welcome back\n"u8)
        .Replace("Documents/papers/1", "what was here is gone"u8)
        .Resize("nothing", 70_000)
        .File("Documents/new", random.BytesOf(3_000))
        .Directory("Documents/plans").File("Documents/plans/a", "A");

    private static VolumeChanges ChangeOwners() => new VolumeChanges()
        .Owner("README", Bob)
        .Group("Documents/by-alice", 100)
        .Owner("Documents/plans", Alice);

    private static VolumeChanges Rearrange() => new VolumeChanges()
        .Rename("README", "READ.ME")
        .Rename("Documents/report.pdf", "private/report.pdf")
        .Directory("Attic").Rename("Documents/papers", "Attic/papers")
        .Rename("Documents/deep/er", "Documents/er")
        .Rename("to-notes", "Documents/to-notes")
        .Rename("Case", "case2").Rename("case", "Case").Rename("case2", "case")
        .HardLink("Documents/notes-three.txt", "Documents/notes.txt")
        .Remove("Documents/notes.txt");

    private static VolumeChanges Delete()
    {
        VolumeChanges changes = new VolumeChanges()
            .Remove("Documents/plans/a").RemoveDirectory("Documents/plans")
            .RemoveDirectory("empty").Remove("from-1970").Remove("to-nowhere").Remove("Mail")
            .Remove("caf%E9").Remove("unreadable");
        for (int i = 0; i < Papers; i += 2)
        {
            changes.Remove($"Attic/papers/{i}");
        }

        return changes;
    }

    /// <summary>New things take the vnode numbers that the deleted ones have left, some also their names.</summary>
    private static VolumeChanges FillUp(Random random)
    {
        VolumeChanges changes = new VolumeChanges()
            .MountPoint("Mail", "%25mail.ann.")
            .File("empty", "a file now")
            .Directory("from-1970").File("from-1970/inside", "a directory now")
            .File("to-nowhere", "no link any more")
            .Directory("Documents/plans").File("Documents/plans/a", "another A");
        for (int i = 0; i < Papers; i += 2)
        {
            changes.File($"Attic/papers/new-{i}", random.Bytes(4_000));
        }

        return changes;
    }

    private static VolumeChanges ChangeRights() => new VolumeChanges()
        .Acl("shared", "system:administrators rlidwka", "alice rlidwka", "system:authuser rl", "-staff iw")
        .Acl("Documents/er", "system:administrators rlidwka", "alice rl", "bob l")
        .Mode("READ.ME", "1640").Mode("run", "755").Mode("Documents", "2775")
        .Touch("READ.ME", 1_234_567_890);
}
