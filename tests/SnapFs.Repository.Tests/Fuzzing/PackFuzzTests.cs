using SnapFs.Binary;
using SnapFs.Chunks;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Indexes;
using SnapFs.Repository.Objects;
using SnapFs.Repository.Packs;
using SnapFs.Repository.Tests.Indexes;
using SnapFs.Testing.Fuzzing;
using Xunit;

namespace SnapFs.Repository.Tests.Fuzzing;

/// <summary>Packs and index segments of an agent that signs and seals as it should but lies inside.</summary>
public sealed class PackFuzzTests
{
    private const long FramesEnd = 20_000_000;

    private readonly TestDomainKeys _keys = new();

    [Fact]
    public void Hostile_pack_descriptions_are_refused_or_stay_within_the_pack()
    {
        FuzzResult result = Fuzzer.Run(Descriptions(), input =>
            CheckBounds(PackDescriptionCodec.Read(input, new byte[FrameCipher.SaltLength], FramesEnd, "packs/x"), FramesEnd));

        Assert.True(result.Refused > result.Cases / 100, result.ToString());
    }

    [Fact]
    public void Hostile_pack_footers_that_are_sealed_and_signed_are_refused_or_stay_within_the_pack()
    {
        byte[] salt = [.. Enumerable.Range(1, FrameCipher.SaltLength).Select(i => (byte)i)];
        byte[] start = [.. PackLayout.Header, .. salt];
        FuzzResult result = Fuzzer.Run(Descriptions(), input =>
        {
            byte[] footer = PackLayout.SealFooter(_keys, salt, input);
            byte[] signature = _keys.Sign((byte)FormatKind.Pack, PackLayout.SignedBytes(salt, footer));
            CheckBounds(PackLayout.OpenFooter(_keys, start, footer, signature, FramesEnd, "packs/x"), FramesEnd);
        });

        Assert.True(result.Refused > result.Cases / 100, result.ToString());
    }

    [Fact]
    public void Hostile_index_segments_that_are_sealed_and_signed_are_refused_or_give_a_usable_index()
    {
        Random random = new(5);
        byte[] template = IndexSegmentCodec.Encode(_keys, ChunkKind.Data, [Pack(random, 3)]);
        List<byte[]> samples = [];
        for (int i = 0; i < 16; i++)
        {
            List<IndexedPack> packs = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Pack(random, random.Next(12)))];
            samples.Add(HostileObjects.ContentOfSegment(_keys, IndexSegmentCodec.Encode(_keys, ChunkKind.Data, packs)));
        }

        FuzzResult result = Fuzzer.Run(samples, input =>
        {
            byte[] segment = HostileObjects.Segment(_keys, template, input);
            List<IndexedPack> packs = IndexSegmentCodec.Decode(_keys, segment, "index/x") ?? [];
            ChunkIndex index = new();
            using RunTables run = IndexSamples.Run(IndexSamples.Segment(1, [.. packs]));
            index.Add(run);
            foreach (IndexedPack pack in packs)
            {
                CheckBounds(pack.Description, pack.Length);
                foreach (PackChunk chunk in pack.Description.Chunks)
                {
                    Assert.True(index.TryLocate(ChunkKind.Data, chunk.Id, default, out ChunkLocation location));
                    Assert.True(location.Offset + location.Length <= location.Frame.PlainLength);
                    Assert.True(location.Frame.Pack < packs.Count);
                }
            }
        });

        Assert.True(result.Refused > result.Cases / 100, result.ToString());
    }

    [Fact]
    public void A_pack_that_claims_to_be_larger_than_offsets_can_say_is_refused()
    {
        Random random = new(6);
        PackDescription description = Pack(random, 1).Description;
        description.Frames.Clear();
        description.Chunks.Add(new PackChunk(ChunkIndexTests.RandomId(random), 5));
        description.Chunks[0] = description.Chunks[0] with { Length = 5 };
        description.Frames.Add(new PackFrame(24, uint.MaxValue, 5, FrameCodec.Zstd, 0, 1));
        description.Frames.Add(new PackFrame(0, 100, 5, FrameCodec.Zstd, 1, 1));
        byte[] segment = IndexSegmentCodec.Encode(
            _keys, ChunkKind.Data, [new IndexedPack(ObjectId.Of([2]), long.MaxValue, description)]);

        Assert.Throws<DamagedException>(() => IndexSegmentCodec.Decode(_keys, segment, "index/x"));
    }

    private static void CheckBounds(PackDescription pack, long end)
    {
        long offset = PackDescriptionCodec.FirstFrameOffset;
        foreach (PackFrame frame in pack.Frames)
        {
            Assert.True(frame.Offset == offset && frame.StoredLength > FrameCipher.Overhead);
            Assert.True(frame.PlainLength <= PackLayout.MaxFramePlain);
            long plain = 0;
            for (int i = 0; i < frame.ChunkCount; i++)
            {
                plain += pack.Chunks[frame.FirstChunk + i].Length;
            }

            Assert.Equal((long)frame.PlainLength, plain);
            offset += frame.StoredLength;
        }

        Assert.True(pack.Frames.Count == 0 || offset <= end);
    }

    /// <summary>Signed by the key that the tests use, so that a footer opens.</summary>
    private IndexedPack Pack(Random random, int chunks)
    {
        IndexedPack pack = ChunkIndexTests.RandomPack(random, chunks, ChunkKind.Data);
        PackDescription description = new()
        {
            Salt = pack.Description.Salt,
            DomainId = _keys.DomainId.ToArray(),
            Epoch = 1,
            Kind = ChunkKind.Data,
            SealedKey = pack.Description.SealedKey,
            Commitment = pack.Description.Commitment,
            Signer = _keys.Signer,
        };
        description.Frames.AddRange(pack.Description.Frames);
        description.Chunks.AddRange(pack.Description.Chunks);
        return pack with { Description = description };
    }

    private List<byte[]> Descriptions()
    {
        Random random = new(4);
        List<byte[]> samples = [];
        for (int i = 0; i < 32; i++)
        {
            ByteWriter writer = new();
            PackDescriptionCodec.Write(writer, Pack(random, random.Next(60)).Description);
            samples.Add(writer.ToArray());
        }

        return samples;
    }
}
