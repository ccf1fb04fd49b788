using SnapFs.Binary;
using SnapFs.Chunks;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Indexes;
using SnapFs.Repository.Objects;
using SnapFs.Repository.Packs;
using SnapFs.Repository.Tests.Indexes;
using SnapFs.Repository.Writing;
using SnapFs.Testing.Fuzzing;
using Xunit;

namespace SnapFs.Repository.Tests.Fuzzing;

/// <summary>Packs and index objects of an agent that signs and seals as it should but lies inside.</summary>
public sealed class PackFuzzTests : IDisposable
{
    private const long FramesEnd = 20_000_000;

    private readonly TestDomainKeys _keys = new();
    private readonly WritingRun _run;
    private readonly PackHeader _header;

    public PackFuzzTests()
    {
        _run = _keys.NewRun();
        byte[] salt = [.. Enumerable.Range(1, FrameCipher.SaltLength).Select(i => (byte)i)];
        _header = new PackHeader(_keys.Domain, _keys.Epoch, ChunkKind.Data, salt);
    }

    public void Dispose() => _run.Dispose();

    [Fact]
    public void Hostile_pack_descriptions_are_refused_or_stay_within_the_pack()
    {
        FuzzResult result = Fuzzer.Run(Descriptions(), input =>
            CheckBounds(PackDescriptionCodec.Read(input, _header, FramesEnd, "packs/x"), FramesEnd));

        Assert.True(result.Refused > result.Cases / 100, result.ToString());
    }

    [Fact]
    public void Hostile_pack_footers_that_are_sealed_and_signed_are_refused_or_stay_within_the_pack()
    {
        FuzzResult result = Fuzzer.Run(Descriptions(), input =>
        {
            byte[] footer = PackLayout.SealFooter(_keys, _header, input);
            byte[] signature = _keys.Sign(FormatKind.Pack, PackLayout.SignedBytes(_header, footer));
            PackDescription pack = PackLayout.OpenFooter(
                _keys, _header.ToArray(), footer, signature, FramesEnd, needsSignature: true, "packs/x");
            CheckBounds(pack, FramesEnd);
        });

        Assert.True(result.Refused > result.Cases / 100, result.ToString());
    }

    [Fact]
    public void Hostile_tables_of_an_index_that_are_sealed_and_signed_are_refused_or_give_a_usable_index()
    {
        FuzzResult result = Fuzzer.Run(Tables(), input =>
        {
            (int[] counts, byte[] rest) = HostileObjects.SealRecords(_keys, input);
            CheckIndex(HostileObjects.Index(_run, HostileObjects.IndexHead(counts), rest));
        });

        Assert.True(result.Refused > result.Cases / 100, result.ToString());
    }

    [Fact]
    public void Hostile_heads_of_an_index_that_are_sealed_and_signed_are_refused_or_give_a_usable_index()
    {
        (int[] counts, byte[] rest) = HostileObjects.SealRecords(_keys, Tables()[^1]);
        FuzzResult result = Fuzzer.Run(
            [HostileObjects.IndexHead(counts)], input => CheckIndex(HostileObjects.Index(_run, input, rest)));

        Assert.True(result.Refused > result.Cases / 100, result.ToString());
    }

    [Theory]
    [InlineData(PackLayout.MaxPack, true)]
    [InlineData(PackLayout.MaxPack + 1, false)]
    public void A_pack_that_claims_to_be_larger_than_any_can_be_is_refused(long length, bool isTaken)
    {
        using IndexRunBuilder tables = IndexSamples.Tables([Pack(new Random(6), 1) with { Length = length }]);
        byte[] content = IndexObjectCodec.Encode(_run, ChunkKind.Data, tables);

        if (isTaken)
        {
            CheckIndex(content);
        }
        else
        {
            Assert.Throws<DamagedException>(() => CheckIndex(content));
        }
    }

    private void CheckIndex(byte[] content)
    {
        using IndexObject? decoded = IndexObjectCodec.Decode(_keys, content, ObjectId.Of(content), "index/x");
        Assert.NotNull(decoded);
        using IndexRunBuilder builder = new();
        builder.Add(decoded);
        using RunTables run = NativeRun.Make(decoded.Kind, builder.MaxLength, in IndexSamples.Owner, builder.WriteTo);
        ChunkIndex index = new();
        index.Add(run);
        byte[] id = new byte[ChunkId.Length];
        foreach (ChunkRecord chunk in decoded.Chunks)
        {
            chunk.Id.Span.CopyTo(id);
            Assert.True(index.TryLocate(decoded.Kind, ChunkId.Read(id), default, out ChunkLocation location));
            Assert.True(location.Offset + location.Length <= location.Frame.PlainLength);
            Assert.True(location.Frame.PlainLength <= PackLayout.MaxFramePlain);
            PackRecord pack = index.Pack(location.Frame.Pack);
            Assert.True(location.Frame.Offset + (long)location.Frame.StoredLength <= pack.Length);
        }
    }

    private static void CheckBounds(PackDescription pack, long end)
    {
        long offset = PackHeader.Length;
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
            Domain = _keys.Domain,
            Epoch = _keys.Epoch,
            Kind = ChunkKind.Data,
            Salt = pack.Description.Salt,
            Signer = _keys.Signer,
            Sequence = 1,
            Run = _run.Id,
            RunKey = pack.Description.RunKey,
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

    private List<byte[]> Tables()
    {
        Random random = new(5);
        List<byte[]> samples = [];
        for (int i = 0; i < 16; i++)
        {
            using IndexRunBuilder tables = IndexSamples.Tables(
                [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Pack(random, random.Next(1, 12)))]);
            samples.Add(HostileObjects.RecordsOf(tables));
        }

        return samples;
    }
}
