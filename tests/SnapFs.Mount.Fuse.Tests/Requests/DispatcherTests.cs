using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using SnapFs.Mount.Events;
using SnapFs.Mount.Fuse.Abi;
using SnapFs.Mount.Fuse.Requests;
using SnapFs.Mount.Tests.Fakes;
using SnapFs.Trees;

namespace SnapFs.Mount.Fuse.Tests.Requests;

/// <summary>Requests and replies as bytes.</summary>
public sealed class DispatcherTests : IDisposable
{
    private const ulong Root = 1;
    private readonly MemorySnapshotSource _source = new();
    private readonly TestTree _tree;
    private readonly List<MountEvent> _events = [];
    private readonly FuseReply _reply = new();
    private SnapshotFileSystem? _files;

    public DispatcherTests() => _tree = new TestTree(_source);

    public void Dispose()
    {
        _reply.Dispose();
        _files?.Dispose();
    }

    [Fact]
    public void A_lookup_as_the_kernel_sends_it_is_answered_by_an_entry()
    {
        FuseDispatcher dispatcher = Serve(TestNode.Directory(("file", TestNode.Text("hello"))));
        ulong snapshot = Walk(dispatcher, "hosts", "box", "root", "2026-11-21T02-20-00Z");

        // len 45, LOOKUP, unique 0x1122, the node, uid 0, gid 0, pid 77, "file\0": bytes of struct fuse_in_header.
        byte[] request = Convert.FromHexString(
            "2d000000" + "01000000" + "2211000000000000" + Hex(snapshot) + "00000000" + "00000000" + "4d000000" + "00000000"
            + "66696c6500");
        byte[] reply = Send(dispatcher, request);

        Assert.Equal(16 + 128, reply.Length);
        Assert.Equal(144u, BinaryPrimitives.ReadUInt32LittleEndian(reply));
        Assert.Equal(0, BinaryPrimitives.ReadInt32LittleEndian(reply.AsSpan(4)));
        Assert.Equal(0x1122u, BinaryPrimitives.ReadUInt64LittleEndian(reply.AsSpan(8)));
        FuseEntryOut entry = MemoryMarshal.Read<FuseEntryOut>(reply.AsSpan(16));
        Assert.NotEqual(0u, entry.NodeId);
        Assert.Equal(5u, entry.Attributes.Size);
        Assert.Equal(0x81A4u, entry.Attributes.Mode); // S_IFREG | 0644
        Assert.Equal(123_456_789u, entry.Attributes.ModifiedNanoseconds);
        Assert.True(entry.EntryValid > 100_000_000);
    }

    [Fact]
    public void A_name_an_archived_directory_lacks_is_remembered_as_missing()
    {
        FuseDispatcher dispatcher = Serve(TestNode.Directory(("d", TestNode.Directory())));
        ulong directory = Walk(dispatcher, "hosts", "box", "root", "2026-11-21T02-20-00Z", "d");

        byte[] reply = Send(dispatcher, Request(FuseOpcode.Lookup, directory, "absent\0"u8));

        FuseEntryOut entry = MemoryMarshal.Read<FuseEntryOut>(reply.AsSpan(16));
        Assert.Equal(0u, entry.NodeId);
        Assert.True(entry.EntryValid > 100_000_000);
    }

    [Fact]
    public void A_missing_snapshot_is_not_remembered_as_missing()
    {
        FuseDispatcher dispatcher = Serve(TestNode.Directory());
        byte[] reply = Send(dispatcher, Request(FuseOpcode.Lookup, Walk(dispatcher, "hosts"), "absent\0"u8));
        Assert.Equal(-(int)Errno.ENOENT, ErrorOf(reply));
    }

    [Fact]
    public void A_read_gives_the_bytes_behind_a_header()
    {
        FuseDispatcher dispatcher = Serve(TestNode.Directory(("file", TestNode.Text("hello"))));
        ulong file = Walk(dispatcher, "hosts", "box", "root", "2026-11-21T02-20-00Z", "file");

        byte[] reply = Send(dispatcher, Request(FuseOpcode.Read, file, ReadBody(1, 1000)));

        Assert.Equal("ello"u8.ToArray(), reply[16..]);
    }

    [Fact]
    public void A_read_across_chunks_and_holes_is_put_together()
    {
        byte[] data = new byte[10_000];
        Random.Shared.NextBytes(data);
        TestNode sparse = new()
        {
            Content = data,
            ChunkSize = 3000,
            Extents = [new Extent(4096, 6000), new Extent(20_000, 4000)],
            SparseSize = 30_000,
        };
        FuseDispatcher dispatcher = Serve(TestNode.Directory(("file", sparse)));
        ulong file = Walk(dispatcher, "hosts", "box", "root", "2026-11-21T02-20-00Z", "file");

        byte[] expected = new byte[30_000];
        data.AsSpan(0, 6000).CopyTo(expected.AsSpan(4096));
        data.AsSpan(6000).CopyTo(expected.AsSpan(20_000));
        Assert.Equal(expected, Send(dispatcher, Request(FuseOpcode.Read, file, ReadBody(0, 1 << 20)))[16..]);
        Assert.Equal(expected[5000..21_000], Send(dispatcher, Request(FuseOpcode.Read, file, ReadBody(5000, 16_000)))[16..]);
    }

    [Fact]
    public void A_read_of_more_pieces_than_a_vector_holds_is_right()
    {
        byte[] data = new byte[2000];
        Random.Shared.NextBytes(data);
        Extent[] extents = [.. Enumerable.Range(0, 2000).Select(i => new Extent(i * 100L, 1))];
        TestNode sparse = new() { Content = data, Extents = extents, SparseSize = 200_000 };
        FuseDispatcher dispatcher = Serve(TestNode.Directory(("file", sparse)));
        ulong file = Walk(dispatcher, "hosts", "box", "root", "2026-11-21T02-20-00Z", "file");

        byte[] content = Send(dispatcher, Request(FuseOpcode.Read, file, ReadBody(0, 1 << 20)))[16..];

        Assert.Equal(200_000, content.Length);
        Assert.All(Enumerable.Range(0, 2000), i => Assert.Equal(data[i], content[i * 100]));
        Assert.Equal(data.Count(b => b != 0), content.Count(b => b != 0));
    }

    [Fact]
    public void A_damaged_chunk_is_an_input_output_error_and_one_line_that_names_pack_and_path()
    {
        TestNode file = new() { Content = new byte[100_000] };
        FuseDispatcher dispatcher = Serve(TestNode.Directory(("file", file)));
        ulong node = Walk(dispatcher, "hosts", "box", "root", "2026-11-21T02-20-00Z", "file");
        _source.Damage(SnapFs.Chunks.ChunkKind.Data, _source.Put(SnapFs.Chunks.ChunkKind.Data, file.Content));

        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(-(int)Errno.EIO, ErrorOf(Send(dispatcher, Request(FuseOpcode.Read, node, ReadBody(0, 4096)))));
        }

        MountEvent line = Assert.Single(_events);
        Assert.Equal(MountEventKind.Damage, line.Kind);
        Assert.Contains("hosts/box/root/2026-11-21T02-20-00Z/file", line.Message, StringComparison.Ordinal);
        Assert.Contains("packs/", line.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Writing_is_refused_as_on_a_read_only_file_system()
    {
        FuseDispatcher dispatcher = Serve(TestNode.Directory());
        foreach (FuseOpcode opcode in (FuseOpcode[])[FuseOpcode.Write, FuseOpcode.Create, FuseOpcode.SetAttr, FuseOpcode.Unlink])
        {
            Assert.Equal(-(int)Errno.EROFS, ErrorOf(Send(dispatcher, Request(opcode, Root, new byte[64]))));
        }
    }

    [Fact]
    public void Opening_is_left_to_the_kernel()
    {
        FuseDispatcher dispatcher = Serve(TestNode.Directory());
        Assert.Equal(-(int)Errno.ENOSYS, ErrorOf(Send(dispatcher, Request(FuseOpcode.Open, Root, new byte[8]))));
        Assert.Equal(-(int)Errno.ENOSYS, ErrorOf(Send(dispatcher, Request(FuseOpcode.OpenDir, Root, new byte[8]))));
        Assert.Equal(-(int)Errno.ENOSYS, ErrorOf(Send(dispatcher, Request((FuseOpcode)4711, Root, new byte[8]))));
    }

    [Fact]
    public void Cut_and_nonsensical_requests_never_crash() => SnapFs.Testing.Seeds.ForEach(50, random =>
    {
        FuseDispatcher dispatcher = Serve(TestNode.Directory(("file", TestNode.Text("hello"))));
        for (int i = 0; i < 200; i++)
        {
            byte[] body = new byte[random.Next(0, 80)];
            random.NextBytes(body);
            FuseOpcode opcode = (FuseOpcode)random.Next(0, 60);
            ulong node = random.Next(3) == 0 ? (ulong)random.NextInt64() : (ulong)random.Next(0, 40);
            Send(dispatcher, Request(opcode, node, body));
        }

        Assert.DoesNotContain(_events, line => line.Kind == MountEventKind.Bug);
    });

    [Fact]
    public void Bytes_that_are_not_one_whole_request_are_refused()
    {
        Assert.False(FuseRequest.TryParse(new byte[39], out _));
        byte[] request = Request(FuseOpcode.GetAttr, Root, new byte[16]);
        Assert.False(FuseRequest.TryParse(request.AsSpan(0, request.Length - 1), out _));
        Assert.True(FuseRequest.TryParse(request, out _));
    }

    [Fact]
    public void A_listing_is_complete_whatever_the_size_of_the_replies()
    {
        TestNode directory = TestNode.Directory();
        for (int i = 0; i < 3000; i++)
        {
            directory.Children.Add($"entry-{i}", TestNode.Text($"{i}"));
        }

        FuseDispatcher dispatcher = Serve(TestNode.Directory(("d", directory)));
        ulong node = Walk(dispatcher, "hosts", "box", "root", "2026-11-21T02-20-00Z", "d");
        foreach (bool isPlus in (bool[])[false, true])
        {
            List<string> names = [];
            for (ulong offset = 0; ;)
            {
                byte[] reply = Send(
                    dispatcher,
                    Request(isPlus ? FuseOpcode.ReadDirPlus : FuseOpcode.ReadDir, node, ReadBody(offset, 4096)));
                Assert.Equal(0, ErrorOf(reply));
                if (reply.Length == 16)
                {
                    break;
                }

                offset = ReadNames(reply.AsSpan(16), isPlus, names);
            }

            Assert.Equal(3002, names.Count);
            Assert.Equal(directory.Children.Keys.Order(StringComparer.Ordinal), names.Skip(2).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void An_invalidation_is_encoded_as_the_kernel_reads_it()
    {
        byte[] entry = Fuse.Sessions.FuseNotifier.Encode(new(0x0102, "ab"u8.ToArray()));
        Assert.Equal("23000000" + "03000000" + "0000000000000000" + "0201000000000000" + "02000000" + "00000000" + "616200",
            Convert.ToHexString(entry).ToLowerInvariant());
        byte[] inode = Fuse.Sessions.FuseNotifier.Encode(new(7, default));
        Assert.Equal("28000000" + "02000000" + "0000000000000000" + "0700000000000000" + new string('0', 32),
            Convert.ToHexString(inode).ToLowerInvariant());
    }

    private FuseDispatcher Serve(TestNode root)
    {
        if (_files is null)
        {
            _tree.AddSnapshot("box", "root", "2026-11-21T02:20:00Z", root);
            _source.Refresh(CancellationToken.None);
            _files = new SnapshotFileSystem(new MountOptions(), _source, _tree.Owners, _events.Add);
        }

        return new FuseDispatcher(_files, allowOther: false);
    }

    private ulong Walk(FuseDispatcher dispatcher, params string[] names)
    {
        ulong node = Root;
        foreach (string name in names)
        {
            byte[] reply = Send(
                dispatcher, Request(FuseOpcode.Lookup, node, Encoding.UTF8.GetBytes(name + "\0")));
            Assert.Equal(0, ErrorOf(reply));
            node = MemoryMarshal.Read<FuseEntryOut>(reply.AsSpan(16)).NodeId;
        }

        return node;
    }

    private byte[] Send(FuseDispatcher dispatcher, byte[] bytes)
    {
        Assert.True(FuseRequest.TryParse(bytes, out FuseRequest request));
        bool isAnswered = dispatcher.Dispatch(in request, _reply, out Errno error);
        byte[] reply = isAnswered ? _reply.ToArray(error, request.Header.Unique) : [];
        _reply.Clear();
        return reply;
    }

    private static byte[] Request(FuseOpcode opcode, ulong node, ReadOnlySpan<byte> body)
    {
        byte[] request = new byte[40 + body.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(request, (uint)request.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(request.AsSpan(4), (uint)opcode);
        BinaryPrimitives.WriteUInt64LittleEndian(request.AsSpan(8), 2);
        BinaryPrimitives.WriteUInt64LittleEndian(request.AsSpan(16), node);
        body.CopyTo(request.AsSpan(40));
        return request;
    }

    private static byte[] ReadBody(ulong offset, uint size)
    {
        byte[] body = new byte[40];
        BinaryPrimitives.WriteUInt64LittleEndian(body.AsSpan(8), offset);
        BinaryPrimitives.WriteUInt32LittleEndian(body.AsSpan(16), size);
        return body;
    }

    private static ulong ReadNames(ReadOnlySpan<byte> records, bool isPlus, List<string> names)
    {
        ulong offset = 0;
        while (!records.IsEmpty)
        {
            ReadOnlySpan<byte> record = records[(isPlus ? 128 : 0)..];
            FuseDirent dirent = MemoryMarshal.Read<FuseDirent>(record);
            names.Add(Encoding.UTF8.GetString(record.Slice(24, (int)dirent.NameLength)));
            offset = dirent.Offset;
            records = record[((24 + (int)dirent.NameLength + 7) & ~7)..];
        }

        return offset;
    }

    private static int ErrorOf(byte[] reply) => BinaryPrimitives.ReadInt32LittleEndian(reply.AsSpan(4));

    private static string Hex(ulong value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return Convert.ToHexString(bytes);
    }
}
