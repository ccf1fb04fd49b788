using System.Security.Cryptography;
using System.Text;
using SnapFs.Binary;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Objects;

namespace SnapFs.Repository.Keys;

/// <summary>What a passphrase opens: an administrator's secret (<c>docs/format.md</c> section 3.2).</summary>
public sealed record Slot
{
    private const byte SealedTag = 15;

    /// <summary>Names the slot; the SHA-256 of its object.</summary>
    public required ObjectId Id { get; init; }

    /// <summary>The administrator it opens.</summary>
    public required ShortId Recipient { get; init; }

    /// <summary>What the user calls it; empty if nothing. Anyone can read it.</summary>
    public required string Label { get; init; }

    /// <summary>When it was made, by the clock of that machine.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>What trying a passphrase costs.</summary>
    public required Argon2Parameters Parameters { get; init; }

    /// <summary>16 random bytes.</summary>
    internal byte[] Salt { get; private init; } = [];

    /// <summary>The sealed secret; null until it was encoded.</summary>
    private SealedField? Sealed { get; init; }

    /// <summary>Makes and encodes a slot with a fresh salt.</summary>
    internal static byte[] Create(
        in ObjectId repositoryId,
        Identity administrator,
        RepositorySecret.Password password,
        string label,
        in Argon2Parameters parameters,
        DateTimeOffset created,
        AdministratorSecrets authority,
        params IReadOnlyCollection<ObjectId> replaced)
    {
        if (Encoding.UTF8.GetByteCount(label) > AdministratorObject.MaxName)
        {
            throw new ArgumentException($"A label has at most {AdministratorObject.MaxName} bytes.", nameof(label));
        }

        Slot slot = new()
        {
            Id = default,
            Recipient = administrator.Recipient,
            Label = label,
            Created = created,
            Parameters = parameters,
            Salt = RandomNumberGenerator.GetBytes(Passwords.SaltLength),
        };
        return slot.Encode(repositoryId, administrator.Secret, password.Bytes, authority, replaced);
    }

    /// <summary>Encodes a slot, signed by an authority.</summary>
    internal byte[] Encode(
        in ObjectId repositoryId,
        ReadOnlySpan<byte> secret,
        ReadOnlySpan<byte> password,
        AdministratorSecrets authority,
        params IReadOnlyCollection<ObjectId> replaced)
    {
        ByteWriter list = new();
        FieldWriter fields = CertifiedObject.Begin(list, repositoryId, authority.Epoch, replaced);
        fields.Bytes(5, Recipient.ToArray());
        fields.Bytes(7, Salt);
        fields.Number(9, Parameters.MemoryKiB);
        fields.Number(11, Parameters.Passes);
        if (Label.Length > 0)
        {
            fields.Text(12, Label);
        }

        fields.Number(14, FormatTime.ToUnixSeconds(Created));
        Span<byte> key = stackalloc byte[Sealing.KeyLength];
        Passwords.DeriveKey(password, Salt, Parameters, key);
        SealedField.Write(list, FormatKind.Slot, SealedTag, key, secret);
        return authority.Sign(FormatKind.Slot, list, repositoryId);
    }

    /// <summary>Decodes a slot, whose parameters are then within their bounds.</summary>
    internal static Slot Decode(KeyObject key)
    {
        FieldSet fields = new(key.Fields, key.Subject, 1, 2, 3, 5, 7, 9, 11, 12, 14, SealedTag);
        Argon2Parameters parameters = new(
            (uint)fields.Number(9, uint.MaxValue), (uint)fields.Number(11, uint.MaxValue));
        return new Slot
        {
            Id = key.Id,
            Recipient = fields.ShortId(5),
            Label = fields.TextOrEmpty(12, AdministratorObject.MaxName),
            Created = fields.TimeOrEpoch(14),
            Salt = fields.Fixed(7, Passwords.SaltLength),
            Sealed = SealedField.Read(key, SealedTag),
            Parameters = parameters.IsAcceptable
                ? parameters
                : throw new InvalidEncodingException(
                    $"its cost of {parameters.MemoryKiB} KiB and {parameters.Passes} passes is outside of what is accepted"),
        };
    }

    /// <summary>Tries a passphrase.</summary>
    /// <returns>The administrator, or null if the passphrase is another one.</returns>
    /// <exception cref="PasswordMemoryException">The machine does not have the memory that the slot asks for.</exception>
    internal Identity? TryOpen(RepositorySecret.Password password)
    {
        Span<byte> key = stackalloc byte[Sealing.KeyLength];
        Passwords.DeriveKey(password.Bytes, Salt, Parameters, key);
        return Sealed?.Open(key, plain =>
        {
            Identity identity = new(plain.Span);
            if (identity.Recipient == Recipient)
            {
                return identity;
            }

            identity.Dispose();
            return null;
        });
    }
}
