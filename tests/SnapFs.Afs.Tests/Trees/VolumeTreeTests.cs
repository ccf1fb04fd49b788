using System.Buffers.Binary;
using System.Text;
using SnapFs.Afs.Chains;
using SnapFs.Afs.Directories;
using SnapFs.Afs.Trees;
using SnapFs.Testing;

namespace SnapFs.Afs.Tests.Trees;

public sealed class VolumeTreeTests
{
    [Fact]
    public void A_sound_volume_has_its_paths()
    {
        VolumeTree tree = Tree([1, 3, 2, 4], (1, "dir", 3), (3, "file", 2), (3, "link", 2), (1, "b", 4));

        Assert.Empty(tree.Problems);
        Assert.Equal(["", "dir", "dir/file", "b"], Paths(tree, 4));
        Assert.Equal(["file", "link"], tree.EntriesOf(1).Select(entry => Encoding.UTF8.GetString(entry.Name.Span)));
        Assert.Equal([0, 1], tree.Directories.ToArray());
    }

    [Fact]
    public void What_no_directory_names_is_an_orphan_and_what_is_below_it_is_not()
    {
        VolumeTree tree = Tree([1, 3, 2, 4], (3, "file", 2));

        Assert.Equal([TreeProblemKind.Orphan, TreeProblemKind.Orphan], tree.Problems.Select(problem => problem.Kind));
        Assert.Equal([1, 3], tree.Orphans);
        Assert.Equal(["", "3.1", "3.1/file", "4.1"], Paths(tree, 4));
        Assert.Equal([1], tree.OrphanDirectories.ToArray());
    }

    [Fact]
    public void A_circle_of_directories_is_cut()
    {
        VolumeTree tree = Tree([1, 3, 5, 7], (3, "a", 5), (5, "b", 3), (7, "self", 7));

        Assert.Equal([TreeProblemKind.Loop, TreeProblemKind.Loop], tree.Problems.Select(problem => problem.Kind));
        Assert.Equal(["", "3.1", "3.1/a", "7.1"], Paths(tree, 4));
        Assert.Empty(tree.EntriesOf(2));
    }

    [Fact]
    public void A_directory_named_twice_stays_where_its_own_dots_say()
    {
        VolumeTree tree = Tree([1, 3, 5], (1, "here", 5), (1, "x", 3), (3, "there", 5));

        Assert.Equal(TreeProblemKind.DirectoryNamedTwice, Assert.Single(tree.Problems).Kind);
        Assert.Equal(["", "x", "here"], Paths(tree, 3));
        Assert.Empty(tree.EntriesOf(1));
    }

    [Fact]
    public void Entries_that_lead_nowhere_are_left_out()
    {
        VolumeTree tree = Tree([1], (1, "gone", 8), (1, "again", 1));

        Assert.Equal(
            [TreeProblemKind.MissingVnode, TreeProblemKind.DirectoryNamedTwice], tree.Problems.Select(problem => problem.Kind));
        Assert.Empty(tree.EntriesOf(0));
    }

    [Fact]
    public void Names_of_what_a_cut_dump_did_not_reach_are_lost()
    {
        VolumeTree tree = Tree(isCut: true, [1, 3], (3, "b", 8), (1, "gone", 9), (3, "a", 6), (1, "dir", 3));

        Assert.Empty(tree.Problems);
        Assert.Equal(3, tree.LostCount);
        Assert.Equal(
            [(0, 9u, "gone"), (1, 6u, "a"), (1, 8u, "b")],
            tree.Lost.Select(name => (name.Directory, name.Vnode, Encoding.UTF8.GetString(name.Name.Span))));
        Assert.True(tree.IsLost(1, "a"u8));
        Assert.False(tree.IsLost(0, "a"u8));
        Assert.False(tree.IsLost(0, "dir"u8));
        Assert.Equal(["dir"], tree.EntriesOf(0).Select(entry => Encoding.UTF8.GetString(entry.Name.Span)));
    }

    [Fact]
    public void An_entry_of_an_earlier_vnode_is_left_out()
    {
        VolumeStateBuilder<bool> vnodes = new(new VolumeState<bool>());
        vnodes.Put(1, 1, true);
        vnodes.Put(2, 9, true);
        VolumeTreeBuilder builder = new(vnodes.Build());
        DirectoryBuilder root = new(1, 1, 1, 1);
        root.Add("old"u8, 2, 8);
        builder.AddDirectory(0, root.ToArray());

        Assert.Equal(
            [TreeProblemKind.OtherUniq, TreeProblemKind.Orphan], builder.Build().Problems.Select(problem => problem.Kind));
    }

    [Fact]
    public void A_damaged_directory_keeps_what_was_read_and_a_name_that_comes_twice_counts_once()
    {
        VolumeStateBuilder<bool> vnodes = new(new VolumeState<bool>());
        vnodes.Put(1, 1, true);
        vnodes.Put(2, 1, true);
        vnodes.Put(3, 1, true);
        VolumeTreeBuilder builder = new(vnodes.Build());
        DirectoryBuilder root = new(1, 1, 1, 1);
        root.Add("twice"u8, 2, 1);
        root.Add("twice"u8, 2, 1);
        root.Add("dir"u8, 3, 1);
        builder.AddDirectory(0, root.ToArray());
        builder.AddDirectory(1, new byte[5]);
        VolumeTree tree = builder.Build();

        Assert.Equal(
            [TreeProblemKind.NameTwice, TreeProblemKind.DamagedDirectory], tree.Problems.Select(problem => problem.Kind));
        Assert.Contains("has 5 bytes", tree.Problems[1].Finding, StringComparison.Ordinal);
        Assert.Equal(2, tree.EntriesOf(0).Count());
    }

    [Fact]
    public void A_name_of_256_bytes_costs_its_own_entry_only_and_is_shown_under_one_that_nothing_else_has()
    {
        VolumeStateBuilder<bool> vnodes = new(new VolumeState<bool>());
        vnodes.Put(1, 1, true);
        for (uint vnode = 2; vnode <= 46; vnode += 2)
        {
            vnodes.Put(vnode, 7, true);
        }

        VolumeTreeBuilder builder = new(vnodes.Build());
        DirectoryBuilder root = new(1, 1, 1, 1);
        for (uint vnode = 2; vnode < 44; vnode += 2)
        {
            root.Add(Encoding.ASCII.GetBytes($"name{vnode}"), vnode, 7);
        }

        byte[] taken = [.. Enumerable.Repeat((byte)'n', 250), .. "~44.7"u8];
        root.Add(taken, 46, 7);
        root.Add(Enumerable.Repeat((byte)'n', 255).ToArray(), 44, 7);
        byte[] content = LongerByOne(root.ToArray());
        builder.AddDirectory(0, content);
        VolumeTree tree = builder.Build();

        TreeProblem problem = Assert.Single(tree.Problems);
        Assert.Equal((TreeProblemKind.OddName, 44U), (problem.Kind, problem.Vnode));
        Assert.Contains("256 bytes", problem.Finding, StringComparison.Ordinal);
        string[] names = [.. tree.EntriesOf(0).Select(entry => Encoding.ASCII.GetString(entry.Name.Span))];
        Assert.Equal(23, names.Length);
        Assert.Contains(Encoding.ASCII.GetString(taken), names);
        string shown = Assert.Single(names, name => name.EndsWith("~44.7~2", StringComparison.Ordinal));
        Assert.Equal(255, shown.Length);
        Assert.Empty(tree.Orphans);
    }

    /// <summary>Makes the name of 255 n one of 256, on the chain where a file server would have put it.</summary>
    private static byte[] LongerByOne(byte[] content)
    {
        byte[] name = [.. Enumerable.Repeat((byte)'n', 255)];
        int at = content.AsSpan().IndexOf((byte[])[.. name, 0]);
        int slot = (at - 12) / 32;
        content[at + 255] = (byte)'n';
        content[at + 256] = 0;
        int from = 160 + (2 * DirectoryLayout.HashOf(name));
        Assert.Equal(slot, BinaryPrimitives.ReadUInt16BigEndian(content.AsSpan(from)));
        int to = 160 + (2 * DirectoryLayout.HashOf([.. name, (byte)'n']));
        ushort next = BinaryPrimitives.ReadUInt16BigEndian(content.AsSpan((slot * 32) + 2));
        BinaryPrimitives.WriteUInt16BigEndian(content.AsSpan(from), next);
        BinaryPrimitives.WriteUInt16BigEndian(content.AsSpan((slot * 32) + 2), BinaryPrimitives.ReadUInt16BigEndian(content.AsSpan(to)));
        BinaryPrimitives.WriteUInt16BigEndian(content.AsSpan(to), (ushort)slot);
        return content;
    }

    [Fact]
    public void Any_entries_give_trees_that_end_and_hold_every_directory_once() => Seeds.ForEach(500, random =>
    {
        uint[] vnodes = [.. Enumerable.Range(1, 1 + random.Next(12)).Select(i => (uint)i).OrderByDescending(vnode => vnode % 2)];
        (uint, string, uint)[] entries =
        [
            .. Enumerable.Range(0, random.Next(30)).Select(i =>
                ((uint)((2 * random.Next(7)) + 1), $"n{i}", (uint)random.Next(1, 14))),
        ];

        VolumeTree tree = Tree(vnodes, [.. entries.Where(entry => vnodes.Contains(entry.Item1))]);

        int directories = vnodes.Count(vnode => vnode % 2 == 1);
        Assert.Equal(
            Enumerable.Range(0, directories), tree.Directories.ToArray().Concat(tree.OrphanDirectories.ToArray()).Order());
        Assert.Equal(vnodes.Length, Paths(tree, vnodes.Length).Distinct().Count());
    });

    private static IEnumerable<string> Paths(VolumeTree tree, int count) =>
        Enumerable.Range(0, count).Select(index => Encoding.UTF8.GetString(tree.PathOf(index)));

    /// <summary>Vnodes with the uniquifier 1, the directories first, and entries; every <c>..</c> says the root.</summary>
    private static VolumeTree Tree(uint[] vnodes, params (uint Directory, string Name, uint Vnode)[] entries) =>
        Tree(isCut: false, vnodes, entries);

    private static VolumeTree Tree(bool isCut, uint[] vnodes, params (uint Directory, string Name, uint Vnode)[] entries)
    {
        VolumeStateBuilder<bool> state = new(new VolumeState<bool>());
        foreach (uint vnode in vnodes)
        {
            state.Put(vnode, 1, true);
        }

        VolumeState<bool> table = state.Build();
        VolumeTreeBuilder builder = new(table, isCut);
        for (int i = 0; i < table.Count && table.IsDirectoryAt(i); i++)
        {
            uint directory = table.VnodeAt(i);
            DirectoryBuilder content = new(directory, 1, 1, 1);
            foreach ((_, string name, uint vnode) in entries.Where(entry => entry.Directory == directory))
            {
                content.Add(Encoding.UTF8.GetBytes(name), vnode, 1);
            }

            builder.AddDirectory(i, content.ToArray());
        }

        return builder.Build();
    }
}
