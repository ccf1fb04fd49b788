using SnapFs.Binary;
using SnapFs.Caches;
using SnapFs.Chunks;
using SnapFs.Mount.Tests.Fakes;
using SnapFs.Trees;

namespace SnapFs.Mount.Tests.Caches;

public sealed class ContentReaderTests
{
    private readonly MemorySnapshotSource _source = new();

    [Fact]
    public void Any_range_of_any_file_is_what_was_stored() => SnapFs.Testing.Seeds.ForEach(60, random =>
    {
        using FrameCache frames = new(_source, 1 << 20, 1);
        TestNode file = RandomFile(random, out byte[] expected);
        ContentReader reader = Open(frames, file);
        Assert.Equal(expected.Length, reader.Size);
        for (int i = 0; i < 50; i++)
        {
            int offset = random.Next(expected.Length + 10);
            byte[] buffer = new byte[random.Next(1, 30_000)];
            reader.Prefetch(random.Next(expected.Length + 10), random.Next(50_000));
            int read = reader.Read(offset, buffer);
            Assert.Equal(Math.Clamp(expected.Length - offset, 0, buffer.Length), read);
            Assert.True(buffer.AsSpan(0, read).SequenceEqual(expected.AsSpan(Math.Min(offset, expected.Length), read)));
        }
    });

    [Fact]
    public void Data_and_holes_alternate_up_to_the_end() => SnapFs.Testing.Seeds.ForEach(60, random =>
    {
        using FrameCache frames = new(_source, 1 << 20, 0);
        TestNode file = RandomFile(random, out byte[] expected);
        ContentReader reader = Open(frames, file);
        bool IsData(long offset) => file.Extents is null || file.Extents.Any(e => offset >= e.Offset && offset < e.End);
        for (int i = 0; i < 30; i++)
        {
            long offset = random.Next(expected.Length);
            long data = offset;
            while (data < expected.Length && !IsData(data))
            {
                data++;
            }

            long hole = offset;
            while (hole < expected.Length && IsData(hole))
            {
                hole++;
            }

            Assert.Equal(data == expected.Length ? -1 : data, reader.NextData(offset));
            Assert.Equal(hole, reader.NextHole(offset));
        }

        Assert.Equal(-1, reader.NextData(expected.Length));
        Assert.Equal(-1, reader.NextHole(expected.Length));
    });

    [Fact]
    public void A_list_that_does_not_add_up_to_the_size_is_refused()
    {
        using FrameCache frames = new(_source, 1 << 20, 0);
        Assert.Throws<InvalidEncodingException>(() => OpenWith(frames, 100, [], ContentForm.Empty));
        Assert.Throws<InvalidEncodingException>(() => OpenWith(frames, 100, [1, 2, 3], ContentForm.Inline));
        ByteWriter list = new(64);
        ChunkListReader.Write(list, 0, [new ChunkRef(default, 99)]);
        Assert.Throws<InvalidEncodingException>(() => OpenWith(frames, 100, list.Written.ToArray(), ContentForm.Chunks));
        ByteWriter more = new(64);
        ChunkListReader.Write(more, 0, [new ChunkRef(default, 99), new ChunkRef(default, long.MaxValue)]);
        Assert.Throws<InvalidEncodingException>(() => OpenWith(frames, 100, more.Written.ToArray(), ContentForm.Chunks));
    }

    [Fact]
    public void A_chunk_of_another_length_than_its_reference_is_damage_that_names_the_pack()
    {
        using FrameCache frames = new(_source, 1 << 20, 0);
        ChunkId id = _source.Put(ChunkKind.Data, new byte[100]);
        ByteWriter list = new(64);
        ChunkListReader.Write(list, 0, [new ChunkRef(id, 101)]);
        ContentReader reader = OpenWith(frames, 101, list.Written.ToArray(), ContentForm.Chunks);

        DamagedException error = Assert.Throws<DamagedException>(() => reader.Read(0, new byte[10]));

        Assert.StartsWith("packs/", error.Subject, StringComparison.Ordinal);
    }

    private static ContentReader OpenWith(FrameCache frames, long size, byte[] content, ContentForm form)
    {
        NodeView node = default;
        node.Type = NodeType.File;
        node.Size = size;
        node.ContentForm = form;
        node.Inline = content;
        node.ChunkList = content;
        return ContentReader.Open(frames, in node);
    }

    private static TestNode RandomFile(Random random, out byte[] expected)
    {
        byte[] data = new byte[random.Next(1, 60_000)];
        random.NextBytes(data);
        bool isInline = random.Next(5) == 0;
        if (random.Next(2) == 0)
        {
            expected = data;
            return new TestNode
            {
                Content = data,
                IsInline = isInline,
                ChunkSize = random.Next(500, 9000),
                ListFanout = random.Next(4, 20),
            };
        }

        List<Extent> extents = [];
        long end = 0;
        for (int used = 0; used < data.Length;)
        {
            int length = Math.Min(random.Next(1, 9000), data.Length - used);
            long start = end + random.Next(0, 5000);
            extents.Add(new Extent(start, length));
            end = start + length;
            used += length;
        }

        long size = end + random.Next(0, 5000);
        expected = new byte[size];
        int position = 0;
        foreach (Extent extent in extents)
        {
            data.AsSpan(position, (int)extent.Length).CopyTo(expected.AsSpan((int)extent.Offset));
            position += (int)extent.Length;
        }

        return new TestNode
        {
            Content = data,
            IsInline = isInline,
            ChunkSize = random.Next(500, 9000),
            ListFanout = random.Next(4, 20),
            Extents = [.. extents],
            SparseSize = size,
        };
    }

    private ContentReader Open(FrameCache frames, TestNode file)
    {
        TestTree tree = new(_source);
        DirectoryCursor cursor = new(
            new TreePageCache(frames, 1 << 20),
            tree.AddSnapshot("h", "s", "2026-01-01T00:00:00Z", TestNode.Directory(("file", file))).Root);
        Assert.True(cursor.Next());
        NodeView node = cursor.Node;
        return ContentReader.Open(frames, in node);
    }
}
