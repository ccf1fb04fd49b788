using SnapFs.Caches;
using SnapFs.Chunks;
using SnapFs.Repository.Kept;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Packs;
using SnapFs.Repository.Tests.Keys;
using SnapFs.Testing;
using Xunit;

namespace SnapFs.Repository.Tests.Kept;

public sealed class KeptTreeTests : OpenRepositoryTest
{
    private readonly string _directory = Directory.CreateTempSubdirectory("snapfs-kept-").FullName;
    private readonly Dictionary<ChunkId, byte[]> _chunks = [];

    private string FileName => Path.Combine(_directory, KeptTreeFormat.NameOf(Root));

    private ChunkId Root => IdOf([1, 2, 3]);

    [Fact]
    public void Chunks_of_all_lengths_are_given_back_and_others_come_from_the_repository()
    {
        Save(10, 200, 1, 70_000, 5, 300_000, 64 * 1024, 200);

        using FrameCache frames = Open(out KeptTreeSource source);
        using KeptTreeSource closed = source;

        Assert.True(source.Has(Root));
        Assert.All(_chunks, chunk => Assert.Equal(chunk.Value, ReadFrom(frames, chunk.Key)));
        Assert.Equal("repository"u8.ToArray(), ReadFrom(frames, IdOf("repository"u8.ToArray())));
        Assert.Equal("tree-", Path.GetFileName(Assert.Single(Directory.GetFiles(_directory)))[..5]);
    }

    [Fact]
    public void Any_byte_flipped_or_cut_off_gives_the_right_bytes_or_none()
    {
        Save(10, 200, 3_000);
        byte[] whole = File.ReadAllBytes(FileName);
        int lost = 0;
        for (int i = 0; i < whole.Length; i++)
        {
            byte[] changed = [.. whole];
            changed[i] ^= 0x40;
            foreach (byte[] content in (byte[][])[changed, whole[..i]])
            {
                File.WriteAllBytes(FileName, content);
                using FrameCache frames = Open(out KeptTreeSource source);
                using KeptTreeSource closed = source;
                foreach ((ChunkId id, byte[] plain) in _chunks)
                {
                    try
                    {
                        Assert.Equal(plain, ReadFrom(frames, id));
                    }
                    catch (DamagedException)
                    {
                        lost++;
                    }
                }
            }
        }

        Assert.Equal(2 * whole.Length * _chunks.Count, lost); // every byte counts
    }

    [Fact]
    public async Task What_was_sealed_for_another_tree_or_repository_is_not_believed()
    {
        Save(100);
        ChunkId other = IdOf([4]);
        File.Copy(FileName, Path.Combine(_directory, KeptTreeFormat.NameOf(in other)));
        Assert.Null(KeptTree.TryOpen(_directory, Keys, in other));

        using OpenedRepository second = await TestRepository.CreateAsync(new Storage.MemoryStorage());
        Assert.Null(KeptTree.TryOpen(_directory, second.Keys.Own, Root));
        using KeptTree? own = KeptTree.TryOpen(_directory, Keys, Root);
        Assert.NotNull(own);
    }

    [Theory]
    [InlineData(0)] // the frame
    [InlineData(1)] // the offset in it
    [InlineData(2)] // the length
    public void An_index_that_was_sealed_with_a_chunk_beyond_its_frame_is_not_believed(int number)
    {
        Save(100);
        Rewrite(index => index);
        Assert.True(HasTree());
        Rewrite(index =>
        {
            index[^(12 - (number * 4))] ^= 0x80;
            return index;
        });
        Assert.False(HasTree());

        bool HasTree()
        {
            using KeptTree? tree = KeptTree.TryOpen(_directory, Keys, Root);
            return tree is not null;
        }
    }

    [Fact]
    public void A_writer_that_is_given_up_or_cannot_write_leaves_nothing()
    {
        using (KeptTreeWriter writer = new(_directory, Keys))
        {
            writer.Keep(Root, new byte[200_000]);
            writer.Keep(IdOf([1]), new byte[10]);
            Assert.Single(Directory.GetFiles(_directory));
        }

        Assert.Empty(Directory.GetFiles(_directory));
        string file = Path.Combine(_directory, "file");
        File.WriteAllText(file, "in the way");
        using KeptTreeWriter stopped = new(file, Keys);
        stopped.Keep(Root, new byte[200_000]);
        stopped.Keep(IdOf([1]), new byte[10]);
        Assert.False(stopped.Save(Root));
        Assert.NotNull(stopped.Trouble);
    }

    [Fact]
    public async Task Only_what_is_wanted_or_young_stays()
    {
        using KeyFile agent = await Agents.EnrollAsync(Storage, Repository, mayRead: false);
        using RepositorySecret.FromKeyFile key = new(KeyFile.Parse(agent.Format()));
        using OpenedRepository opened = await RepositoryOpener.OpenAsync(Storage, key, None);
        LocalCache cache = new(_directory);
        KeptTrees trees = KeptTrees.Of(cache, opened.Keys)!; // it cannot read
        Assert.Null(KeptTrees.Of(cache, Repository.Keys));
        ChunkId[] roots = [.. Enumerable.Range(0, 4).Select(i => IdOf([(byte)i]))];
        foreach (ChunkId root in roots)
        {
            using KeptTreeWriter writer = trees.Begin();
            writer.Keep(in root, [1]);
            Assert.True(writer.Save(in root));
        }

        string domain = Path.Combine(_directory, Keys.DomainName);
        string leftover = Path.Combine(domain, "tree-0.tmp");
        File.WriteAllText(leftover, "killed");
        foreach (string old in (string[])[leftover, .. roots[..2].Select(root => Path.Combine(domain, KeptTreeFormat.NameOf(in root)))])
        {
            File.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddDays(-8));
        }

        trees.RemoveOthers([roots[0]]);
        trees.Remove(in roots[3]);

        Assert.Equal(
            ((ChunkId[])[roots[0], roots[2]]).Select(root => KeptTreeFormat.NameOf(in root)).Order(),
            Directory.GetFiles(domain).Select(Path.GetFileName).Order());
    }

    private protected override void CleanUp() => Directory.Delete(_directory, recursive: true);

    private ChunkId IdOf(byte[] plain) => ChunkIds.Of(Keys.Hasher(ChunkKind.Tree), plain);

    private void Save(params int[] lengths)
    {
        using KeptTreeWriter writer = new(_directory, Keys);
        Random random = new(1);
        foreach (byte[] plain in lengths.Select(random.BytesOf).Append([1, 2, 3]))
        {
            ChunkId id = IdOf(plain);
            _chunks[id] = plain;
            writer.Keep(in id, plain);
        }

        Assert.True(writer.Save(Root));
    }

    /// <summary>Seals another index in place of that of the saved tree.</summary>
    private void Rewrite(Func<byte[], byte[]> change)
    {
        byte[] file = File.ReadAllBytes(FileName);
        int start = file.Length - KeptTreeFormat.TrailerLength - BitConverter.ToInt32(file.AsSpan(^KeptTreeFormat.TrailerLength..));
        byte[] index = KeptTreeFormat.Open(
            Keys, Keys.Epoch, KeptTreeFormat.Index, file.AsSpan(start..^KeptTreeFormat.TrailerLength))!;
        byte[] message = KeptTreeFormat.Seal(Keys, Keys.Epoch, KeptTreeFormat.Index, change(index));
        File.WriteAllBytes(FileName, [.. file[..start], .. message, .. BitConverter.GetBytes(message.Length)]);
    }

    private FrameCache Open(out KeptTreeSource source)
    {
        KeptTree? tree = KeptTree.TryOpen(_directory, Keys, Root);
        source = new KeptTreeSource(new OneChunk(this), tree is null ? [] : [tree]);
        return new FrameCache(source, 1 << 20, prefetchThreads: 0);
    }

    private static byte[] ReadFrom(FrameCache frames, ChunkId id)
    {
        using ChunkLease lease = frames.Acquire(ChunkKind.Tree, id);
        return lease.Span.ToArray();
    }

    /// <summary>A repository with nothing but the chunk <c>repository</c>.</summary>
    private sealed class OneChunk(KeptTreeTests test) : IChunkSource
    {
        public bool TryLocate(ChunkKind kind, in ChunkId id, out ChunkLocation location)
        {
            location = new ChunkLocation(new FrameLocation(0, 0, 10, 10, FrameCodec.Stored), 0, 10);
            return Verify(kind, in id, "repository"u8);
        }

        public void ReadFrame(in FrameLocation frame, Span<byte> plain, CancellationToken cancellationToken) =>
            "repository"u8.CopyTo(plain);

        public bool Verify(ChunkKind kind, in ChunkId id, ReadOnlySpan<byte> plain) =>
            ChunkIds.Of(test.Keys.Hasher(kind), plain) == id;

        public string NameOf(in FrameLocation frame) => "repository";
    }
}
