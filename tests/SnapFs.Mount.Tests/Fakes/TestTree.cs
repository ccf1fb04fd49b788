using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SnapFs.Binary;
using SnapFs.Chunks;
using SnapFs.Objects;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Mount.Tests.Fakes;

/// <summary>Stores trees of <see cref="TestNode"/>s and snapshots of them.</summary>
internal sealed class TestTree(MemorySnapshotSource source)
{
    private readonly TestOwners _owners = new();
    private ulong _nextInode = 100;
    private long _entries;

    public TestOwners Owners => _owners;

    /// <summary>Stores a tree and makes a snapshot of it that the next refresh shows.</summary>
    /// <param name="host">The host.</param>
    /// <param name="name">The source.</param>
    /// <param name="started">The time.</param>
    /// <param name="root">The tree.</param>
    /// <param name="tags">Tags.</param>
    /// <param name="hasXattrs">What the head says of extended attributes.</param>
    /// <param name="complete">What else the head has.</param>
    /// <param name="completeBody">What else the body has.</param>
    public SnapshotHead AddSnapshot(
        string host,
        string name,
        string started,
        TestNode root,
        string[]? tags = null,
        bool hasXattrs = true,
        Func<SnapshotHead, SnapshotHead>? complete = null,
        Func<SnapshotBody, SnapshotBody>? completeBody = null)
    {
        _entries = 0;
        NumberInodes(root);
        ByteWriter node = new(1024);
        ChunkRef tree = WriteDirectory(root);
        NodeView view = View(root, []);
        view.Tree = tree;
        NodeCodec.Write(node, in view, new ByteWriter(1024));
        Timestamp time = Timestamp.From(DateTimeOffset.Parse(started, CultureInfo.InvariantCulture));
        SnapshotHead head = new()
        {
            Id = ObjectId.Of(RandomNumberGenerator.GetBytes(32)),
            Host = host,
            Source = name,
            Started = time,
            Ended = time,
            Tags = tags ?? [],
            Agent = "test",
            Root = tree,
            HasXattrs = hasXattrs,
            HasAcls = hasXattrs,
            Statistics = new SnapshotStatistics { Entries = _entries, Files = _entries },
        };
        head = complete?.Invoke(head) ?? head;
        SnapshotBody body = new()
        {
            RootNode = node.Written.ToArray(),
            RootUser = _owners.UserName(root.UserId).ToArray(),
            RootGroup = _owners.GroupName(root.GroupId).ToArray(),
            Paths = ["/"u8.ToArray()],
        };
        source.Add(head, completeBody?.Invoke(body) ?? body);
        return head;
    }

    private void NumberInodes(TestNode node)
    {
        _entries++;
        if (node.Inode == 0)
        {
            node.Inode = _nextInode++;
        }

        foreach (TestNode child in node.Children.Values)
        {
            NumberInodes(child);
        }
    }

    private ChunkRef WriteDirectory(TestNode directory)
    {
        DirectoryEncoder encoder = new(_owners, page => source.Put(ChunkKind.Tree, page));
        foreach ((byte[] name, TestNode child) in directory.Children
            .Select(pair => (Encoding.Latin1.GetBytes(pair.Key), pair.Value))
            .OrderBy(pair => pair.Item1, Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b))))
        {
            NodeView view = View(child, name);
            ByteWriter extents = new(16);
            ByteWriter list = new(64);
            ByteWriter xattrs = new(64);
            if (child.Type == NodeType.Directory)
            {
                view.Tree = WriteDirectory(child);
            }
            else if (child.Type == NodeType.File)
            {
                WriteContent(child, ref view, extents, list);
            }

            WriteXattrs(child, xattrs);
            view.Xattrs = xattrs.Written;
            view.Extensions = child.Extensions;
            if (child.HasBadExtensions)
            {
                AddBad(encoder, view);
            }
            else
            {
                encoder.Add(in view);
            }
        }

        return encoder.Finish();
    }

    /// <summary>Adds a node with extensions that no writer would write, in place of an unknown field of their length.</summary>
    private static void AddBad(DirectoryEncoder encoder, NodeView view)
    {
        ReadOnlySpan<byte> bad = view.Extensions;
        byte[] harmless = new byte[bad.Length];
        harmless[0] = 6;
        harmless[1] = (byte)(bad.Length - 2);
        view.Extensions = harmless;
        ByteWriter writer = new();
        NodeCodec.Write(writer, in view, new ByteWriter());
        byte[] raw = writer.ToArray();
        bad.CopyTo(raw.AsSpan(raw.Length - bad.Length)); // they end the node
        NodeView node = NodeCodec.Read(raw);
        encoder.AddUnchanged(in node);
    }

    private static NodeView View(TestNode node, ReadOnlySpan<byte> name)
    {
        NodeView view = default;
        view.Name = name;
        view.Type = node.Type;
        view.Mode = node.Mode;
        view.UserId = node.UserId;
        view.GroupId = node.GroupId;
        view.Modified = node.Modified;
        view.Changed = node.Changed;
        view.HasBirth = node.Birth is not null;
        view.Birth = node.Birth ?? default;
        view.Inode = node.Inode;
        view.Device = node.Device;
        view.LinkCount = node.Links;
        view.Size = node.Extents is null ? node.Content.Length : node.SparseSize;
        view.DeviceNumber = node.DeviceNumber;
        view.Target = node.Target;
        return view;
    }

    private void WriteContent(TestNode file, ref NodeView view, ByteWriter extents, ByteWriter list)
    {
        if (file.Extents is not null)
        {
            ExtentReader.Write(extents, file.Extents);
            view.Extents = extents.Written;
        }

        if (file.Content.Length == 0)
        {
            view.ContentForm = ContentForm.Empty;
            return;
        }

        if (file.IsInline)
        {
            view.ContentForm = ContentForm.Inline;
            view.Inline = file.Content;
            return;
        }

        List<ChunkRef> chunks = [];
        for (int start = 0; start < file.Content.Length; start += file.ChunkSize)
        {
            int length = Math.Min(file.ChunkSize, file.Content.Length - start);
            chunks.Add(new ChunkRef(source.Put(ChunkKind.Data, file.Content.AsSpan(start, length)), length));
        }

        int level = 0;
        for (; chunks.Count > file.ListFanout; level++)
        {
            List<ChunkRef> above = [];
            foreach (ChunkRef[] part in chunks.Chunk(file.ListFanout))
            {
                ByteWriter lower = new(1024);
                ChunkListReader.Write(lower, level, part);
                above.Add(new ChunkRef(source.Put(ChunkKind.Tree, lower.Written), part.Sum(chunk => chunk.Length)));
            }

            chunks = above;
        }

        ChunkListReader.Write(list, level, chunks.ToArray());
        view.ContentForm = ContentForm.Chunks;
        view.ChunkList = list.Written;
    }

    private void WriteXattrs(TestNode node, ByteWriter writer)
    {
        foreach ((string name, byte[] value) in node.Xattrs)
        {
            byte[] raw = Encoding.UTF8.GetBytes(name);
            if (value.Length > TreeLimits.MaxInlineXattr)
            {
                ChunkRef chunk = new(source.Put(ChunkKind.Data, value), value.Length);
                XattrReader.Write(writer, raw, in chunk);
            }
            else
            {
                XattrReader.Write(writer, raw, value);
            }
        }
    }
}
