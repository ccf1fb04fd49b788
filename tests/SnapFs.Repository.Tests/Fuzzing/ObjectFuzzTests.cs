using System.Text;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Leases;
using SnapFs.Repository.Objects;
using SnapFs.Repository.Tests.Objects;
using SnapFs.Snapshots;
using SnapFs.Testing.Fuzzing;
using Xunit;

namespace SnapFs.Repository.Tests.Fuzzing;

/// <summary>The small objects of a repository, damaged behind the checksums and signatures that would catch it.</summary>
public sealed class ObjectFuzzTests
{
    private readonly TestDomainKeys _keys = new();

    [Fact]
    public void Hostile_heads_and_bodies_of_snapshots_are_refused_or_parse()
    {
        Expect(Fuzzer.Run([SnapshotFields.EncodeHead(SampleSnapshot.Head())], input =>
        {
            SnapshotHead head = SnapshotFields.DecodeHead(input, ObjectId.Of(input), "snapshots/x");
            Assert.True(head.Host.Length > 0 && !head.Host.Contains('/', StringComparison.Ordinal));
            Assert.True(head.Root.Length >= 0 && head.Statistics.Bytes >= 0);
        }));
        Expect(Fuzzer.Run([SnapshotBodyFields.Encode(SampleSnapshot.Body())], input =>
            Assert.NotNull(SnapshotBodyFields.Decode(input, "snapshots/x").Paths)));
    }

    [Fact]
    public void Damaged_snapshots_are_refused()
    {
        byte[] snapshot = SnapshotCodec.Encode(_keys, SampleSnapshot.Head(), SampleSnapshot.Body());
        FuzzResult result = Fuzzer.Run([snapshot], input =>
        {
            ObjectId id = ObjectId.Of(input);
            SnapshotCodec.DecodeHead(_keys, input, in id);
            SnapshotCodec.DecodeBody(_keys, input, in id);
            Assert.Equal(snapshot, input);
        });

        Expect(result);
    }

    [Fact]
    public void Hostile_leases_that_are_signed_are_refused_or_parse()
    {
        byte[] lease = LeaseCodec.Encode(_keys, new Lease
        {
            RunId = ObjectId.Of("run"u8),
            Sequence = 12,
            Signer = _keys.Signer,
            Kind = LeaseKind.Backup,
            Time = DateTimeOffset.UnixEpoch.AddDays(20_000),
            HasEnded = false,
        });
        Expect(Fuzzer.Run([HostileObjects.FieldsOf(lease, FormatKind.Lease)], input =>
        {
            Lease read = LeaseCodec.Decode(_keys, HostileObjects.Signed(_keys, FormatKind.Lease, input), "leases/x");
            Assert.True(read.Sequence >= 0);
        }));
        Expect(Fuzzer.Run([lease], input => LeaseCodec.Decode(_keys, input, "leases/x")));
    }

    [Fact]
    public void Hostile_configs_whose_checksum_is_right_are_refused_or_can_be_used()
    {
        byte[] config = ConfigCodec.Encode(new RepositoryConfig
        {
            Created = DateTimeOffset.UnixEpoch.AddDays(20_000),
            RootPublicKey = new byte[Signing.PublicKeyLength],
            Chunks = Chunks.ChunkLimits.Default,
            Groups = GroupLimits.Default,
            CompressionLevel = 1,
            InlineLimit = 512,
            Salt = new byte[ConfigCodec.SaltLength],
        });
        Expect(Fuzzer.Run([HostileObjects.FieldsOf(config, FormatKind.Config)], input =>
        {
            RepositoryConfig read = ConfigCodec.Decode(HostileObjects.Config(input));
            Assert.True(read.Chunks.IsValid && read.Groups.IsValid && read.InlineLimit >= 0);
        }));
        Expect(Fuzzer.Run([config], input => ConfigCodec.Decode(input)));
    }

    [Fact]
    public void Hostile_passphrase_slots_are_refused_or_cost_what_is_accepted()
    {
        using AdministratorSecrets secrets = AdministratorSecrets.CreateRandom();
        byte[] slot = PassphraseSlotCodec.Encode(
            new PassphraseSlot
            {
                Id = default,
                RepositoryId = _keys.RepositoryId,
                Label = "laptop",
                Created = DateTimeOffset.UnixEpoch,
                Parameters = Argon2Parameters.Minimum,
                Salt = new byte[Passwords.SaltLength],
            },
            "secret"u8,
            secrets);
        Expect(Fuzzer.Run([slot], input =>
            Assert.True(PassphraseSlotCodec.Decode(input, ObjectId.Of(input), out int at).Parameters.IsAcceptable && at > 0)));
    }

    [Fact]
    public void Damaged_and_hostile_key_files_are_refused_or_parse()
    {
        using AdministratorSecrets secrets = AdministratorSecrets.CreateRandom();
        using KeyFile file = new(_keys.RepositoryId, secrets.Copy());
        byte[] text = Encoding.ASCII.GetBytes(file.Format());
        Expect(Fuzzer.Run([text], input => KeyFile.Parse(Encoding.Latin1.GetString(input)).Dispose()));

        byte[] payload = file.ToPayload()[..^4];
        foreach (string role in (string[])["administrator", "agent"])
        {
            Expect(Fuzzer.Run(
                [role == "agent" ? AgentPayload() : payload],
                input => KeyFile.Parse(HostileObjects.KeyFile(role, input)).Dispose()));
        }
    }

    private byte[] AgentPayload()
    {
        using AgentSecrets agent = new(new byte[16], 1, new byte[32], new byte[32], new byte[32], new byte[32]);
        using KeyFile file = new(_keys.RepositoryId, agent);
        return file.ToPayload()[..^4];
    }

    private static void Expect(FuzzResult result) =>
        Assert.True(result.Refused > result.Cases / 100, result.ToString());
}
