using System.Security.Cryptography;
using System.Text;
using SnapFs.Binary;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Objects;

namespace SnapFs.Repository.Keys;

/// <summary>Encodes and opens passphrase slots (<c>docs/format.md</c> section 3).</summary>
internal static class PassphraseSlotCodec
{
    /// <summary>The longest label, UTF-8 bytes.</summary>
    internal const int MaxLabel = 256;

    /// <summary>Makes a slot with a fresh salt.</summary>
    internal static byte[] Create(
        in ObjectId repositoryId,
        ReadOnlySpan<byte> password,
        string label,
        in Argon2Parameters parameters,
        DateTimeOffset created,
        AdministratorSecrets secrets)
    {
        if (Encoding.UTF8.GetByteCount(label) > MaxLabel)
        {
            throw new ArgumentException($"A label has at most {MaxLabel} bytes.", nameof(label));
        }

        PassphraseSlot slot = new()
        {
            Id = default,
            RepositoryId = repositoryId,
            Label = label,
            Created = created,
            Parameters = parameters,
            Salt = RandomNumberGenerator.GetBytes(Passwords.SaltLength),
        };
        return Encode(slot, password, secrets);
    }

    /// <summary>Encodes a slot.</summary>
    /// <param name="slot">Its clear part; the id is not looked at.</param>
    /// <param name="password">The passphrase.</param>
    /// <param name="secrets">What it opens.</param>
    internal static byte[] Encode(PassphraseSlot slot, ReadOnlySpan<byte> password, AdministratorSecrets secrets)
    {
        ByteWriter list = new();
        FieldWriter fields = new(list);
        fields.Bytes(1, slot.RepositoryId.Span);
        if (slot.Label.Length > 0)
        {
            fields.Text(2, slot.Label);
        }

        fields.Number(4, FormatTime.ToUnixSeconds(slot.Created));
        fields.Bytes(5, slot.Salt.Span);
        fields.Number(7, slot.Parameters.MemoryKiB);
        fields.Number(9, slot.Parameters.Passes);
        ByteWriter writer = new();
        Envelope.Write(writer, FormatKind.PassphraseSlot, list);

        ByteWriter plain = new();
        secrets.Write(plain);
        byte[] padded = PaddedContent.Wrap(plain.Written);
        plain.Wipe();
        Span<byte> key = stackalloc byte[Sealing.KeyLength];
        Passwords.DeriveKey(password, slot.Salt.Span, slot.Parameters, key);
        writer.Bytes(Sealing.Seal(key, writer.Written, padded));
        CryptographicOperations.ZeroMemory(key);
        CryptographicOperations.ZeroMemory(padded);
        return writer.ToArray();
    }

    /// <summary>Decodes the clear part, whose parameters are then within their bounds.</summary>
    /// <param name="content">The whole object.</param>
    /// <param name="id">Its name.</param>
    /// <param name="sealedOffset">Offset of the sealed secrets.</param>
    internal static PassphraseSlot Decode(ReadOnlySpan<byte> content, in ObjectId id, out int sealedOffset)
    {
        string subject = KeyNames.Of(id);
        sealedOffset = Envelope.Read(content, FormatKind.PassphraseSlot, subject, out ReadOnlySpan<byte> list);
        FieldReader fields = new(list);
        ObjectId? repository = null;
        string label = string.Empty;
        DateTimeOffset created = DateTimeOffset.UnixEpoch;
        byte[]? salt = null;
        uint memory = 0;
        uint passes = 0;
        while (fields.Next())
        {
            switch (fields.Tag)
            {
                case 1:
                    repository = ObjectId.Read(fields.Fixed(ObjectId.Length));
                    break;
                case 2:
                    label = fields.Text(MaxLabel);
                    break;
                case 4:
                    created = FormatTime.FromUnixSeconds(fields.Number());
                    break;
                case 5:
                    salt = fields.Fixed(Passwords.SaltLength).ToArray();
                    break;
                case 7:
                    memory = (uint)Math.Min(fields.Number(), uint.MaxValue);
                    break;
                case 9:
                    passes = (uint)Math.Min(fields.Number(), uint.MaxValue);
                    break;
                default:
                    fields.Unknown(subject);
                    break;
            }
        }

        Argon2Parameters parameters = new(memory, passes);
        if (!parameters.IsAcceptable)
        {
            // Below: somebody wants passphrases to be cheap to guess. Above: to stop this machine.
            throw new InvalidEncodingException(
                $"its cost of {memory} KiB and {passes} passes is outside of what is accepted");
        }

        return new PassphraseSlot
        {
            Id = id,
            RepositoryId = repository ?? throw RootSigned.Missing(1),
            Label = label,
            Created = created,
            Salt = salt ?? throw RootSigned.Missing(5),
            Parameters = parameters,
        };
    }

    /// <summary>Tries a passphrase.</summary>
    /// <returns>The secrets, or null if the passphrase is another one (or the sealed part was altered: nobody can
    /// tell these apart, except by the object's name).</returns>
    internal static AdministratorSecrets? TryOpen(
        ReadOnlySpan<byte> content, PassphraseSlot slot, int sealedOffset, ReadOnlySpan<byte> password)
    {
        Span<byte> key = stackalloc byte[Sealing.KeyLength];
        Passwords.DeriveKey(password, slot.Salt.Span, slot.Parameters, key);
        bool opened = Sealing.TryOpen(key, content[..sealedOffset], content[sealedOffset..], out byte[]? padded);
        CryptographicOperations.ZeroMemory(key);
        if (!opened || padded is null)
        {
            return null;
        }

        try
        {
            return AdministratorSecrets.Read(PaddedContent.Unwrap(padded).Span, KeyNames.Of(slot.Id));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(padded);
        }
    }
}
