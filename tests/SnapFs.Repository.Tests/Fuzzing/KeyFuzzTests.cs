using SnapFs.Binary;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Deletion;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Objects;
using SnapFs.Storage;
using SnapFs.Testing;
using SnapFs.Testing.Fuzzing;
using Xunit;

namespace SnapFs.Repository.Tests.Fuzzing;

/// <summary>Objects of <c>keys/</c> and <c>gc/</c> that an authority signed, and what is sealed in them.</summary>
public sealed class KeyFuzzTests : IDisposable
{
    private static readonly ObjectId Repository = ObjectId.Of("repository"u8);

    private readonly AdministratorSecrets _authority = AdministratorSecrets.CreateRandom(7, new byte[Identity.SecretLength]);
    private readonly Identity _identity = new([.. Enumerable.Range(0, Identity.SecretLength).Select(i => (byte)i)]);
    private readonly DomainSecrets _domain = DomainSecrets.CreateRandom(7);
    private readonly byte[] _indexKey = new byte[DomainSecrets.Length];

    public void Dispose()
    {
        _authority.Dispose();
        _identity.Dispose();
        _domain.Dispose();
    }

    [Fact]
    public void Damaged_objects_are_not_taken_for_signed()
    {
        byte[] voucher = new Voucher(new ShortId(5), [Repository]).Encode(Repository, _authority);
        Expect(Fuzzer.Run([voucher], input =>
        {
            if (CertifiedObject.TryRead(input) is not CertifiedObject.Claim claim
                || !CertifiedObject.IsSignedBy(input, claim, _authority.Authority))
            {
                throw new DamagedException("keys/x", "it is not signed");
            }

            Assert.Equal(voucher, input);
        }));
    }

    [Fact]
    public void Hostile_administrators_revocations_vouchers_stores_and_epochs_are_refused_or_parse()
    {
        AdministratorObject administrator = new(_identity.PublicKey.ToArray(), _identity.RecipientKey.ToArray(), "größer");
        Fuzz(FormatKind.Administrator, administrator.Encode(Repository, DateTimeOffset.UnixEpoch, _authority),
            key => AdministratorObject.Decode(key.Fields, key.Subject));
        Fuzz(FormatKind.Revocation, new Revocation(_identity.Signer, "lost").Encode(Repository, _authority),
            key => Revocation.Decode(key));
        Fuzz(FormatKind.Voucher, new Voucher(new ShortId(5), [Repository, Repository]).Encode(Repository, _authority),
            key => Voucher.Decode(key));
        Fuzz(FormatKind.Epoch, new EpochObject(7, _identity.PublicKey.ToArray(), [Repository])
            .Encode(Repository, DateTimeOffset.UnixEpoch, _identity), key => EpochObject.Decode(key.Fields, key.Subject));
        ByteWriter list = new();
        FieldWriter fields = CertifiedObject.Begin(list, Repository, 7);
        fields.Bytes(5, new ShortId(5).ToArray());
        fields.Number(7, 1);
        fields.Text(8, "here");
        Fuzz(FormatKind.Store, _authority.Sign(FormatKind.Store, list, Repository), key => StoreObject.Decode(key));
    }

    [Fact]
    public void Hostile_slots_are_refused_or_cost_what_is_accepted()
    {
        using RepositorySecret.Password password = new("secret");
        byte[] slot = Slot.Create(
            Repository, _identity, password, "laptop", Argon2Parameters.Minimum, DateTimeOffset.UnixEpoch, _authority);
        Fuzz(FormatKind.Slot, slot, key => Assert.True(Slot.Decode(key).Parameters.IsAcceptable));
    }

    [Fact]
    public void Hostile_certificates_and_the_names_sealed_in_them_are_refused_or_parse()
    {
        byte[] certificate = Agents.CertificateOf(_identity, new ShortId(5), new NamePattern(PatternSubject.Host, "m*"))
            .Encode(_indexKey, Repository, _authority);
        Fuzz(FormatKind.Certificate, certificate, key => Certificate.Decode(key).OpenNames(_indexKey, key.Subject));
        byte[] names = [1, 8, 1, 1, 5, .. "mail*"u8, 2, 5, .. "agent"u8];
        byte[] before = HostileObjects.FieldsOf(certificate, FormatKind.Certificate);
        FieldReader fields = new(before);
        while (fields.Next() && fields.Tag != 15)
        {
        }

        before = before[..fields.Start];
        Expect(Fuzzer.Run([names], input =>
        {
            byte[] key = new byte[Sealing.KeyLength];
            KeyDerivation.Derive(_indexKey, "certificate", [], key);
            ByteWriter list = new();
            list.Bytes(before);
            list.Varint(15UL);
            list.LengthPrefixed(Sealing.Seal(
                key, CertifiedObject.Context(FormatKind.Certificate, before), PaddedContent.Wrap(input)));
            KeyObject made = HostileObjects.Certified(_authority, Repository, FormatKind.Certificate, list.Written);
            Certificate read = Certificate.Decode(made).OpenNames(_indexKey, made.Subject);
            Assert.True(read.Patterns.Count <= Certificate.MaxPatterns);
        }));
    }

    [Fact]
    public void Hostile_domains_and_the_secrets_sealed_in_them_are_refused_or_parse()
    {
        byte[] domain = DomainObject.Encode(new ShortId(5), isDefault: true, _domain, Repository, _authority);
        Fuzz(FormatKind.Domain, domain, key => DomainObject.Decode(key).Open(_authority, key.Subject).Dispose());
        ByteWriter secrets = new();
        _domain.Write(secrets);
        Expect(Fuzzer.Run([secrets.ToArray()], input => DomainSecrets.Read(input, "keys/x").Dispose()));
    }

    [Fact]
    public void Hostile_grants_and_the_secrets_boxed_in_them_are_refused_or_parse()
    {
        ByteWriter secrets = new();
        _authority.Write(secrets, withRoot: true);
        byte[] grant = Grant.Encode(Repository, _identity.RecipientKey, GrantRole.Administrator, secrets.Written, _authority);
        Fuzz(FormatKind.Grant, grant, key => Open(key, list => AdministratorSecrets.Read(list.Span, key.Subject)));
        Expect(Fuzzer.Run([secrets.ToArray()], input => Open(
            Boxed(GrantRole.Administrator, input), list => AdministratorSecrets.Read(list.Span, "keys/x"))));
        foreach (bool mayRead in (bool[])[true, false])
        {
            secrets.Clear();
            _domain.WriteForAgent(secrets, new ShortId(5), mayRead);
            Expect(Fuzzer.Run([secrets.ToArray()], input => Open(
                Boxed(GrantRole.Agent, input), list => DomainSecrets.ReadForAgent(list.Span, "keys/x").Secrets)));
        }

        void Open(KeyObject key, Func<ReadOnlyMemory<byte>, IDisposable> read) =>
            Grant.Decode(key).Open(_identity, key.Subject, read).Dispose();

        KeyObject Boxed(GrantRole role, byte[] input)
        {
            byte[] content = Grant.Encode(Repository, _identity.RecipientKey, role, input, _authority);
            return new KeyObject(ObjectId.Of(content), FormatKind.Grant, content);
        }
    }

    [Fact]
    public void Hostile_marks_and_forgets_are_refused_or_parse()
    {
        string name = new('a', ObjectName.HashIdLength);
        string domain = new('b', ObjectName.ShortIdLength);
        foreach (FormatKind kind in (FormatKind[])[FormatKind.Mark, FormatKind.Forget])
        {
            MarkObject mark = new()
            {
                Store = new ShortId(9),
                Names = kind == FormatKind.Mark
                    ? [new ObjectName(ObjectKind.Pack, domain, name), new ObjectName(ObjectKind.Index, domain, name)]
                    : [new ObjectName(ObjectKind.Snapshot, domain, name)],
            };
            byte[] content = mark.Encode(kind, Repository, DateTimeOffset.UnixEpoch, _authority, Repository);
            Fuzz(kind, content, key => MarkObject.Decode(kind, key.Fields, key.Subject));
        }
    }

    private void Fuzz(FormatKind kind, byte[] sample, Action<KeyObject> decode) =>
        Expect(Fuzzer.Run([HostileObjects.FieldsOf(sample, kind)], input =>
        {
            KeyObject key = HostileObjects.Certified(_authority, Repository, kind, input);
            Assert.NotNull(CertifiedObject.TryRead(key.Content) ?? throw new DamagedException(key.Subject, "it does not count"));
            decode(key);
        }));

    private static void Expect(FuzzResult result) =>
        Assert.True(result.Refused > result.Cases / 100, result.ToString());
}
