using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SnapFs.Caches;
using SnapFs.Chunks;
using SnapFs.Mount.Nodes;
using SnapFs.Mount.Reads;
using SnapFs.Mount.Stored;
using SnapFs.Mount.Tests.Fakes;
using SnapFs.Trees;

namespace SnapFs.Mount.Tests;

public sealed class PreloadTests : IDisposable
{
    private const string Time = "2026-11-21T02:20:00Z";
    private const int Patience = 10_000;

    private readonly MemorySnapshotSource _source = new();
    private readonly TestTree _tree;
    private readonly RecordingTarget _target = new();
    private SnapshotFileSystem? _files;

    public PreloadTests() => _tree = new TestTree(_source);

    public void Dispose() => _files?.Dispose();

    [Fact]
    public void Small_files_ahead_of_a_reader_are_handed_over_with_their_bytes()
    {
        TestNode root = TestNode.Directory();
        for (int i = 0; i < 20; i++)
        {
            root.Children.Add(Name(i), new TestNode { Content = Content(i) });
        }

        Open(root);
        Dictionary<string, ulong> nodes = List(Snapshot());
        ReadBeginning(nodes[Name(0)]);
        ReadBeginning(nodes[Name(1)]);

        AwaitTaken(nodes[Name(19)]);
        for (int i = 2; i < 20; i++)
        {
            Assert.Equal(Content(i), _target.Taken[nodes[Name(i)]]);
        }
    }

    [Fact]
    public void A_directory_the_reader_comes_to_is_handed_over_once_it_is_listed()
    {
        TestNode root = TestNode.Directory(
            ("a", Files(3)), ("b", Files(3)), ("c", TestNode.Directory(("deep", Files(3)))));
        Open(root);
        Dictionary<string, ulong> top = List(Snapshot());
        Dictionary<string, ulong> a = List(top["a"]);
        ReadBeginning(a[Name(0)]);
        ReadBeginning(a[Name(1)]);

        Dictionary<string, ulong> b = List(top["b"]);
        AwaitTaken(b[Name(2)]);
        Dictionary<string, ulong> deep = List(List(top["c"])["deep"]);
        AwaitTaken(deep[Name(2)]);
        Assert.Contains(b[Name(0)], _target.Taken.Keys);
    }

    [Fact]
    public void In_a_long_directory_some_files_are_left_to_be_asked_for_and_lead_on()
    {
        const int count = 300;
        Open(Files(count));
        Dictionary<string, ulong> nodes = List(Snapshot());
        ReadBeginning(nodes[Name(0)]);
        int asked = 1;
        for (int i = 1; i < count; i++)
        {
            ulong node = nodes[Name(i)];
            if (i == 1 || !SpinWait.SpinUntil(() => _target.Taken.ContainsKey(node), i % 16 == 15 ? 0 : Patience))
            {
                ReadBeginning(node);
                asked++;
            }
        }

        Assert.InRange(asked, 3, (count / 16) + 2);
        Assert.InRange(_target.Taken.Count, count - asked - 1, count);
    }

    [Fact]
    public void Large_empty_and_linked_files_are_left_to_be_asked_for()
    {
        Open(TestNode.Directory(
            (Name(0), TestNode.Text("x")),
            (Name(1), TestNode.Text("x")),
            (Name(2), new TestNode { Content = new byte[IPreloadTarget.MaxLength + 1] }),
            (Name(3), TestNode.Text("")),
            (Name(4), new TestNode { Content = "linked"u8.ToArray(), Inode = 9000, Links = 2 }),
            (Name(5), TestNode.Text("last"))));
        Dictionary<string, ulong> nodes = List(Snapshot());
        ReadBeginning(nodes[Name(0)]);
        ReadBeginning(nodes[Name(1)]);

        AwaitTaken(nodes[Name(5)]);
        Assert.Equal([nodes[Name(5)]], _target.Taken.Keys);
    }

    [Fact]
    public void Damage_ahead_of_a_reader_is_nobodys_error_until_it_is_read()
    {
        byte[] bad = RandomNumberGenerator.GetBytes(200_000); // a frame of its own
        Open(TestNode.Directory(
            (Name(0), TestNode.Text("x")),
            (Name(1), TestNode.Text("x")),
            (Name(2), new TestNode { Content = bad }),
            (Name(3), TestNode.Text("y"))));
        _source.Damage(ChunkKind.Data, _source.Put(ChunkKind.Data, bad));
        Dictionary<string, ulong> nodes = List(Snapshot());
        ReadBeginning(nodes[Name(0)]);
        ReadBeginning(nodes[Name(1)]);

        Assert.Throws<DamagedException>(() => ReadBeginning(nodes[Name(2)]));
        ReadBeginning(nodes[Name(3)]);
    }

    [Fact]
    public void A_tree_without_content_does_not_keep_a_reader_waiting()
    {
        TestNode links = TestNode.Directory();
        for (int i = 0; i < 5000; i++)
        {
            links.Children.Add(Name(i), TestNode.Link("nowhere"));
        }

        using FrameCache frames = new(_source, 1 << 20, prefetchThreads: 0);
        CountingPages pages = new(new TreePageCache(frames, 1 << 20));
        LeafTable leaves = LeafTable.Read(pages, _tree.AddSnapshot("box", "etc", Time, links).Root);
        DirectorySlot slot = new()
        {
            Number = NodeIds.FirstDirectorySlot,
            Inode = 1,
            Generation = 0,
            NodeId = 0,
            Parent = null,
            Snapshot = null!, // a scout does not look at it
            Leaves = leaves,
            Access = null,
            InodeSeed = 0,
        };
        Scout scout = new(frames, pages, slot, 0);
        pages.Loads = 0;

        scout.Walk();

        Assert.InRange(pages.Loads, 1, 1024);
    }

    [Fact]
    public void Listing_alone_hands_nothing_over()
    {
        Open(TestNode.Directory(("a", Files(10)), ("b", Files(10))));
        Dictionary<string, ulong> top = List(Snapshot());
        List(top["a"]);
        List(top["b"]);

        _files!.Dispose(); // ends the thread that hands over, so nothing can come later
        _files = null;
        Assert.Empty(_target.Taken);
    }

    [Fact]
    public void Inode_numbers_grow_in_order_of_names_and_differ_between_directories()
    {
        Open(TestNode.Directory(("a", Files(40)), ("b", Files(40))));
        Dictionary<string, ulong> top = List(Snapshot());
        ulong[] a = Inodes(top["a"]);
        ulong[] b = Inodes(top["b"]);

        Assert.Equal(a.Order(), a);
        Assert.Equal(80, a.Concat(b).Distinct().Count());
    }

    private static string Name(int i) => i.ToString("d4", CultureInfo.InvariantCulture);

    private static byte[] Content(int i) => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat($"{i} ", 10 + (i * 100))));

    private static TestNode Files(int count)
    {
        TestNode directory = TestNode.Directory();
        for (int i = 0; i < count; i++)
        {
            directory.Children.Add(Name(i), TestNode.Text($"file {i}"));
        }

        return directory;
    }

    private void Open(TestNode root)
    {
        _tree.AddSnapshot("box", "etc", Time, root);
        _source.Refresh(CancellationToken.None);
        _files = new SnapshotFileSystem(new MountOptions(), _source, _tree.Owners, _ => { });
        _files.StartPreloading(_target);
    }

    private ulong Snapshot()
    {
        ulong node = SnapshotFileSystem.RootId;
        foreach (string name in (string[])["hosts", "box", "etc", "2026-11-21T02-20-00Z"])
        {
            Assert.Equal(MountStatus.Done, _files!.Lookup(node, Encoding.UTF8.GetBytes(name), 0, out NodeEntry entry));
            node = entry.NodeId;
        }

        return node;
    }

    /// <summary>Lists as programs do: until a listing is empty.</summary>
    private Dictionary<string, ulong> List(ulong directory)
    {
        ListSink sink = new([], [], []);
        Assert.Equal(MountStatus.Done, _files!.List(directory, 0, withNodes: true, 0, ref sink));
        Assert.Equal(MountStatus.Done, _files.List(directory, sink.Positions[^1], withNodes: true, 0, ref sink));
        return sink.Nodes;
    }

    private ulong[] Inodes(ulong directory)
    {
        ListSink sink = new([], [], []);
        Assert.Equal(MountStatus.Done, _files!.List(directory, 0, withNodes: true, 0, ref sink));
        return [.. sink.Inodes];
    }

    private void ReadBeginning(ulong node)
    {
        ByteSink sink = new();
        Assert.Equal(MountStatus.Done, _files!.Read(node, 0, 4096, ref sink));
    }

    private void AwaitTaken(ulong node) =>
        Assert.True(SpinWait.SpinUntil(() => _target.Taken.ContainsKey(node), Patience), "it was not handed over");

    private sealed class RecordingTarget : IPreloadTarget
    {
        public ConcurrentDictionary<ulong, byte[]> Taken { get; } = new();

        public bool Preload(ulong nodeId, ContentReader content)
        {
            byte[] bytes = new byte[content.Size];
            content.Read(0, bytes);
            Taken[nodeId] = bytes;
            return true;
        }
    }

    private sealed class CountingPages(ITreePages pages) : ITreePages
    {
        public int Loads { get; set; }

        public TreePage Load(in ChunkRef page)
        {
            Loads++;
            return pages.Load(in page);
        }
    }

    private readonly record struct ListSink(Dictionary<string, ulong> Nodes, List<ulong> Positions, List<ulong> Inodes)
        : IDirectorySink
    {
        public bool Add(ReadOnlySpan<byte> name, ulong position, in NodeEntry entry)
        {
            Positions.Add(position);
            if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
            {
                Nodes.Add(Encoding.UTF8.GetString(name), entry.NodeId);
                Inodes.Add(entry.Attributes.Inode);
            }

            return true;
        }
    }

    private readonly struct ByteSink : IContentSink
    {
        public void Chunk(ChunkLease lease, int offset, int length) => lease.Dispose();

        public void Bytes(ReadOnlySpan<byte> bytes)
        {
        }

        public void Zeros(int length)
        {
        }
    }
}
