using System.Security.Cryptography;
using SnapFs.Binary;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Objects;

namespace SnapFs.Repository.Keys;

/// <summary>What a grant holds.</summary>
internal enum GrantRole
{
    /// <summary><see cref="AdministratorSecrets"/>.</summary>
    Administrator = 1,

    /// <summary>The secrets of one domain, as far as an agent is given them.</summary>
    Agent = 2,
}

/// <summary>Secrets sealed to the key of whoever may have them (<c>docs/format.md</c> section 3.2).</summary>
/// <param name="Recipient">To whom.</param>
/// <param name="Role">What.</param>
/// <param name="Box">The sealed secrets.</param>
/// <param name="Context">What they are bound to.</param>
internal sealed record Grant(ShortId Recipient, GrantRole Role, byte[] Box, byte[] Context)
{
    private const byte BoxTag = 9;

    /// <summary>Encodes a grant, signed by an authority.</summary>
    /// <param name="repositoryId">The repository.</param>
    /// <param name="recipientKey">The X-Wing key of whoever is to have them.</param>
    /// <param name="role">What they are.</param>
    /// <param name="secrets">The field list; the caller wipes it.</param>
    /// <param name="authority">Signs.</param>
    internal static byte[] Encode(
        in ObjectId repositoryId,
        ReadOnlySpan<byte> recipientKey,
        GrantRole role,
        ReadOnlySpan<byte> secrets,
        AdministratorSecrets authority)
    {
        ByteWriter list = new(4096);
        FieldWriter fields = CertifiedObject.Begin(list, repositoryId, authority.Epoch);
        fields.Bytes(5, ShortId.OfKey(recipientKey).ToArray());
        fields.Number(7, (ulong)role);
        byte[] padded = PaddedContent.Wrap(secrets);
        byte[] box = new byte[padded.Length + KemBox.Overhead];
        KemBox.Seal(recipientKey, ContextOf(list.Written), padded, box);
        fields.Bytes(BoxTag, box);
        CryptographicOperations.ZeroMemory(padded);
        return authority.Sign(FormatKind.Grant, list, repositoryId);
    }

    /// <summary>Decodes a grant.</summary>
    internal static Grant Decode(KeyObject key)
    {
        FieldSet fields = new(key.Fields, key.Subject, 1, 2, 3, 5, 7, BoxTag);
        SealedField box = SealedField.Read(key, BoxTag);
        return new Grant(fields.ShortId(5), (GrantRole)fields.Number(7, byte.MaxValue), box.Message, Bind(box.Context));
    }

    /// <summary>Opens the secrets.</summary>
    /// <typeparam name="T">What is read from them.</typeparam>
    /// <param name="identity">To whom they were granted.</param>
    /// <param name="subject">The object, for messages.</param>
    /// <param name="read">Reads the field list, which is overwritten afterwards.</param>
    /// <exception cref="DamagedException">They do not open.</exception>
    internal T Open<T>(Identity identity, string subject, Func<ReadOnlyMemory<byte>, T> read)
    {
        byte[] padded = GC.AllocateArray<byte>(Math.Max(0, Box.Length - KemBox.Overhead), pinned: true);
        try
        {
            return identity.TryOpen(Context, Box, padded)
                ? read(PaddedContent.Unwrap(padded))
                : throw new DamagedException(subject, "its secrets do not open with the key they were granted to");
        }
        catch (InvalidEncodingException e)
        {
            throw new DamagedException(subject, e.Message, e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(padded);
        }
    }

    private static byte[] ContextOf(ReadOnlySpan<byte> fieldsBefore) =>
        Bind(CertifiedObject.Context(FormatKind.Grant, fieldsBefore));

    private static byte[] Bind(ReadOnlySpan<byte> before)
    {
        byte[] context = new byte[LengthPrefix.Size + "grant"u8.Length + before.Length];
        before.CopyTo(LengthPrefix.Write(context, "grant"u8));
        return context;
    }
}
