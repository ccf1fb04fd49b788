using System.Text;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Leases;
using SnapFs.Repository.Objects;
using SnapFs.Repository.Tests.Objects;
using SnapFs.Repository.Writing;
using SnapFs.Snapshots;
using SnapFs.Testing.Fuzzing;
using Xunit;

namespace SnapFs.Repository.Tests.Fuzzing;

/// <summary>The small objects of a repository, damaged behind the hashes, seals and signatures that would catch it.</summary>
public sealed class ObjectFuzzTests : IDisposable
{
    private readonly TestDomainKeys _keys = new();
    private readonly WritingRun _run;

    public ObjectFuzzTests() => _run = _keys.NewRun();

    public void Dispose() => _run.Dispose();

    [Fact]
    public void Hostile_heads_of_snapshots_that_are_sealed_and_signed_are_refused_or_parse()
    {
        byte[] body = SnapshotBodyFields.Encode(SampleSnapshot.Body());
        Expect(Fuzzer.Run(
            [SnapshotFields.EncodeHead(SampleSnapshot.Head()), SnapshotFields.EncodeHead(SampleSnapshot.VolumeHead())],
            input =>
            {
                byte[] snapshot = HostileObjects.Snapshot(_run, input, body);
                SnapshotHead? head = SnapshotCodec.DecodeHead(_keys, snapshot, ObjectId.Of(snapshot));
                Assert.NotNull(head);
                Assert.True(head.Host.Length > 0 && !head.Host.Contains('/', StringComparison.Ordinal));
                Assert.True(head.Root.Length >= 0 && head.Statistics.Bytes >= 0);
            }));
    }

    [Fact]
    public void Hostile_bodies_of_snapshots_that_are_sealed_and_signed_are_refused_or_parse()
    {
        byte[] head = SnapshotFields.EncodeHead(SampleSnapshot.Head());
        Expect(Fuzzer.Run([SnapshotBodyFields.Encode(SampleSnapshot.Body())], input =>
        {
            byte[] snapshot = HostileObjects.Snapshot(_run, head, input);
            Assert.NotNull(SnapshotCodec.DecodeBody(_keys, snapshot, ObjectId.Of(snapshot)).Paths);
        }));
    }

    [Fact]
    public void Damaged_snapshots_are_refused_or_do_not_count()
    {
        byte[] snapshot = SnapshotCodec.Encode(_run, 0, SampleSnapshot.Head(), SampleSnapshot.Body());
        Expect(Fuzzer.Run([snapshot], input =>
        {
            ObjectId id = ObjectId.Of(input);
            SnapshotCodec.DecodeHead(_keys, input, in id);
            SnapshotCodec.DecodeBody(_keys, input, in id);
            Assert.Equal(snapshot, input);
        }));
    }

    [Fact]
    public void Hostile_and_damaged_heads_objects_are_refused_or_parse()
    {
        byte[] snapshot = SnapshotCodec.Encode(_run, 0, SampleSnapshot.Head(), SampleSnapshot.Body());
        byte[] entries = [1, .. ObjectId.Of(snapshot).Span, 5, .. snapshot[..5]];
        byte[] blocks = HostileObjects.HeadsBlock(_keys, entries);
        byte[] head = [.. HostileObjects.HeadsHead(1)[..^1], 1, .. ObjectId.Of("replaced"u8).Span];
        head[^34] = 33; // the length of field 3
        Expect(Fuzzer.Run([head], input => Assert.NotNull(Read(HostileObjects.Heads(_run, input, blocks)))));
        Expect(Fuzzer.Run([entries], input => Assert.NotNull(
            Read(HostileObjects.Heads(_run, HostileObjects.HeadsHead(1), HostileObjects.HeadsBlock(_keys, input))))));
        Expect(Fuzzer.Run([blocks], input => Assert.NotNull(
            Read(HostileObjects.Heads(_run, HostileObjects.HeadsHead(1), input)))));
        byte[] whole = HeadsCodec.Encode(_run, [new HeadsEntry(ObjectId.Of(snapshot), snapshot)]);
        Expect(Fuzzer.Run([whole], input =>
        {
            _ = Read(input) ?? throw new DamagedException("index/x", "it does not count");
            Assert.Equal(whole, input);
        }));

        HeadsOrigin? Read(byte[] content) =>
            HeadsCodec.Decode(_keys, content, ObjectId.Of(content), "index/x", (_, entry) => Assert.True(entry.Bytes.Length >= 0));
    }

    [Fact]
    public void Hostile_leases_that_are_signed_do_not_count_or_parse()
    {
        byte[] lease = LeaseCodec.Encode(_keys, new Lease
        {
            Domain = _keys.Domain,
            Run = _run.Id,
            Number = 12,
            Signer = _keys.Signer,
            Kind = LeaseKind.Backup,
            Time = DateTimeOffset.UnixEpoch.AddDays(20_000),
            FirstReceived = DateTimeOffset.UnixEpoch.AddDays(20_000),
            Snapshots = [ObjectId.Of("snapshot"u8)],
            Marks = ObjectId.Of("gc"u8),
            HasEnded = false,
        });
        Expect(Fuzzer.Run([HostileObjects.FieldsOf(lease, FormatKind.Lease)], input =>
            Read(HostileObjects.Signed(_keys, FormatKind.Lease, input))));
        Expect(Fuzzer.Run([lease], Read));

        void Read(byte[] content)
        {
            Lease? read = LeaseCodec.Decode(_keys, content, "leases/x");
            Assert.True((read ?? throw new DamagedException("leases/x", "it does not count")).Number >= 0);
        }
    }

    [Fact]
    public void Hostile_configs_are_refused_or_can_be_used()
    {
        byte[] config = ConfigCodec.Encode(new RepositoryConfig
        {
            Created = DateTimeOffset.UnixEpoch.AddDays(20_000),
            RootPublicKey = new byte[Signing.PublicKeyLength],
            RootRecipientKey = new byte[XWing.PublicKeyLength],
            Chunks = Chunks.ChunkLimits.Default,
            Groups = GroupLimits.Default,
            CompressionLevel = 1,
            InlineLimit = 512,
            Salt = new byte[ConfigCodec.SaltLength],
        });
        Expect(Fuzzer.Run([HostileObjects.FieldsOf(config, FormatKind.Config)], input =>
        {
            RepositoryConfig read = ConfigCodec.Decode(HostileObjects.Plain(FormatKind.Config, input), "config");
            Assert.True(read.Chunks.IsValid && read.Groups.IsValid && read.InlineLimit >= 0);
        }));
        Expect(Fuzzer.Run([config], input => ConfigCodec.Decode(input, "config")));
    }

    [Fact]
    public void Damaged_and_hostile_key_files_are_refused_or_parse()
    {
        using KeyFile file = new(_keys.RepositoryId, KeyRole.Administrator, _keys.Identity.Secret);
        byte[] text = Encoding.ASCII.GetBytes(file.Format());
        Expect(Fuzzer.Run([text], input => KeyFile.Parse(Encoding.Latin1.GetString(input)).Dispose()));

        byte[] payload = file.ToPayload()[..^4];
        foreach (string role in (string[])["root", "administrator", "agent"])
        {
            Expect(Fuzzer.Run([payload], input => KeyFile.Parse(HostileObjects.KeyFile(role, input)).Dispose()));
        }

        string page = PaperKey.Format(file);
        byte[] lines = Encoding.ASCII.GetBytes(page[page.IndexOf(" 1:", StringComparison.Ordinal)..]);
        Expect(Fuzzer.Run([lines], input => PaperKey.Parse(Encoding.Latin1.GetString(input)).Dispose()));
    }

    private static void Expect(FuzzResult result) =>
        Assert.True(result.Refused > result.Cases / 100, result.ToString());
}
