using SnapFs.Binary;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Mount.Tests.Fakes;

/// <summary>States of AFS volumes.</summary>
internal static class TestVolume
{
    public const uint Id = 536_870_931;

    /// <summary>Stores a tree as the state of a volume after a dump.</summary>
    /// <param name="tree">Stores it.</param>
    /// <param name="cell">The cell.</param>
    /// <param name="volume">The name of the volume.</param>
    /// <param name="started">The date of the dump.</param>
    /// <param name="root">What lies at the root of the snapshot: <c>files</c> and so on.</param>
    /// <param name="full">The full dump that the chain begins with; null for such a one.</param>
    /// <param name="salvage">What is missing of the dump; null for a whole one.</param>
    /// <param name="tags">Words for it.</param>
    public static SnapshotHead AddVolume(
        this TestTree tree, string cell, string volume, string started, TestNode root, SnapshotHead? full = null,
        DumpSalvage? salvage = null, string[]? tags = null) =>
        tree.AddSnapshot(cell, volume, started, root, tags, complete: head => head with
        {
            Volume = new SnapshotVolume { Cell = cell, Name = volume, Id = Id, Full = full?.Id, Predecessor = full?.Id },
            Dump = Dump(volume, full is null ? 0 : 1_795_000_000U) with
            {
                Salvage = salvage,
                UpdateDate = (uint)head.Started.Seconds, // dumps of different times are not copies of one
            },
        });

    /// <summary>What a head says of a dump.</summary>
    public static SnapshotDump Dump(string volume, uint from) => new()
    {
        Name = volume + ".backup",
        Id = Id + 2,
        Type = 2,
        From = from,
        To = 1_795_000_001,
        CreationDate = 0,
        UpdateDate = 0,
        BackupDate = 0,
        AccessDate = 0,
        Length = 1000,
        FullLength = 2000,
    };

    /// <summary>Gives a node what a vnode has.</summary>
    /// <param name="node">The node.</param>
    /// <param name="vnode">Its number; the uniquifier is one more, and the data version two.</param>
    /// <param name="parent">Number of the directory.</param>
    /// <param name="accessList">The access list of a directory.</param>
    public static TestNode As(this TestNode node, uint vnode, uint parent = 1, byte[]? accessList = null)
    {
        ByteWriter extensions = new();
        AfsNode afs = new()
        {
            Vnode = vnode,
            Uniq = vnode + 1,
            Type = node.Type switch { NodeType.File => 1, NodeType.Directory => 2, _ => 3 },
            DataVersion = 2,
            Author = -204,
            Owner = unchecked((int)node.UserId),
            Mode = (ushort)node.Mode,
            Parent = parent,
            ServerModified = 1_795_000_000,
            AccessList = accessList,
        };
        AfsNodeCodec.Write(extensions, in afs, new ByteWriter());
        node.Extensions = extensions.ToArray();
        return node;
    }

    /// <summary>The root of a state with one file, as a full dump or an increment leaves it.</summary>
    public static TestNode Root(string text, bool isIncrement = false)
    {
        TestNode root = TestNode.Directory(("files", TestNode.Directory(("file", TestNode.Text(text)))));
        if (isIncrement)
        {
            root.Children.Add("changed", TestNode.Directory(("file", TestNode.Text(text)), ("new", TestNode.Text("new"))));
            root.Children.Add("deleted", TestNode.Text("gone\n"));
        }

        return root;
    }
}
