using SnapFs.Mount.Nodes;
using SnapFs.Mount.Tests.Fakes;
using SnapFs.Testing;
using SnapFs.Trees;

namespace SnapFs.Mount.Tests.Histories;

/// <summary>What <c>versions</c> and <c>deleted</c> show of random histories, against what is found by walking the tree of each snapshot
/// in the same mount.</summary>
public sealed class PastPropertyTests
{
    [Fact]
    public void Versions_are_what_walking_all_snapshots_finds() => Seeds.ForEach(40, random =>
    {
        using RandomPast past = new(random);
        foreach (string path in past.Paths)
        {
            Assert.Equal(past.Expected(path), past.Mount.Names($"versions/box/root{path}"));
            foreach ((string name, string place) in past.Versions(path))
            {
                NodeEntry shown = past.Mount.Find($"versions/box/root{path}/{name}");
                NodeEntry stored = past.Mount.Find(place);
                Assert.Equal(stored.NodeId, shown.NodeId);
                Assert.Equal(stored.Attributes, shown.Attributes);
            }

            Assert.Equal(NodeType.Directory, past.Mount.Find($"versions/box/root{path}").Attributes.Type);
            Assert.Equal(MountStatus.NotFound, past.Mount.TryFind($"versions/box/root{path}/none", out _));
        }
    });

    [Fact]
    public void What_was_deleted_is_what_walking_all_snapshots_finds() => Seeds.ForEach(60, random =>
    {
        using RandomPast past = new(random);
        if (!past.IsDirectoryNow(""))
        {
            Assert.Empty(past.Mount.Names("deleted/box/root"));
            return;
        }

        CheckDeleted(past, "");
    });

    /// <summary>Whoever can look up a name through all snapshots could in each snapshot that has it, and the nodes are the same.</summary>
    [Fact]
    public void Nobody_gets_further_than_in_the_trees_of_the_snapshots() => Seeds.ForEach(40, random =>
    {
        using RandomPast past = new(random, new MountOptions { AllowOther = true, UsersOf = ["box"] });
        for (uint user = 1; user < 4; user++)
        {
            HashSet<ulong> nodes = [];
            HashSet<string> closed = [];
            foreach (string tree in past.Trees)
            {
                Walk(past.Mount, tree, "", user, isOpen: true, (path, entry, isOpen) =>
                {
                    nodes.UnionWith(isOpen ? [entry.NodeId] : []);
                    closed.UnionWith(isOpen ? [] : [path]);
                });
            }

            foreach (string view in (string[])["versions/box/root", "deleted/box/root"])
            {
                Walk(past.Mount, view, "", user, isOpen: true, (path, entry, isOpen) =>
                {
                    bool isDirectory = entry.Attributes.Type == NodeType.Directory;
                    Assert.False(isOpen && !isDirectory && !nodes.Contains(entry.NodeId), $"{user}: {view}{path}");
                    Assert.False(isOpen && isDirectory && view[0] == 'v' && closed.Contains(path), $"{user}: {view}{path}");
                });
            }
        }
    });

    /// <summary>Tells of each node below a directory whether a user gets there by the modes of those above.</summary>
    private static void Walk(
        TestMount mount, string place, string path, uint user, bool isOpen, Action<string, NodeEntry, bool> met)
    {
        NodeAttributes directory = mount.Find(place).Attributes;
        int shift = directory.UserId == user ? 6 : directory.GroupId == user ? 3 : 0; // each is in the group of their number
        bool mayEnter = isOpen && ((directory.Mode >> shift) & 1) != 0;
        foreach (string name in mount.Names(place))
        {
            NodeEntry entry = mount.Find($"{place}/{name}");
            met($"{path}/{name}", entry, mayEnter);
            if (entry.Attributes.Type == NodeType.Directory)
            {
                Walk(mount, $"{place}/{name}", $"{path}/{name}", user, mayEnter, met);
            }
        }
    }

    private static void CheckDeleted(RandomPast past, string path)
    {
        List<string> shown = past.Mount.Names($"deleted/box/root{path}");
        List<string> gone = [.. past.Gone(path).Select(found => found.Name)];
        List<string> kept = [.. past.Kept(path)];
        Assert.Empty(gone.Except(shown));
        Assert.Empty(shown.Except(gone).Except(kept));
        Assert.Empty(kept.Where(name => past.HasGone($"{path}/{name}")).Except(shown));
        foreach (string name in shown.Except(gone))
        {
            CheckDeleted(past, $"{path}/{name}");
        }

        foreach ((string name, string place) in past.Gone(path))
        {
            CheckGone(past.Mount, $"deleted/box/root{path}/{name}", place);
        }

        Assert.All(kept.Except(shown), name =>
            Assert.Equal(MountStatus.NotFound, past.Mount.TryFind($"deleted/box/root{path}/{name}", out _)));
    }

    /// <summary>A directory is like the stored one, and what is in it is what is in that.</summary>
    private static void CheckGone(TestMount mount, string place, string stored)
    {
        NodeEntry shown = mount.Find(place);
        NodeEntry expected = mount.Find(stored);
        if (expected.Attributes.Type != NodeType.Directory)
        {
            Assert.Equal(expected.NodeId, shown.NodeId);
            return;
        }

        Assert.NotEqual(expected.NodeId, shown.NodeId);
        Assert.NotEqual(expected.Attributes.Inode, shown.Attributes.Inode);
        Assert.Equal(expected.Attributes with { Inode = 0 }, shown.Attributes with { Inode = 0 });
        Assert.Equal(mount.Names(stored), mount.Names(place));
        Assert.All(mount.Names(stored), name => CheckGone(mount, $"{place}/{name}", $"{stored}/{name}"));
    }
}
