using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using SnapFs.Cryptography;
using SnapFs.Objects;

namespace SnapFs.Repository.Keys;

/// <summary>What somebody may do in a repository.</summary>
public enum KeyRole
{
    /// <summary>Starts epochs, and all that an administrator does.</summary>
    Root = 1,

    /// <summary>Everything but starting an epoch.</summary>
    Administrator = 2,

    /// <summary>Writes in one domain, and reads there if it was granted that.</summary>
    Agent = 3,
}

/// <summary>
/// The content of a key file: one line of text, <c>snapfs-key-2:ROLE:BASE64URL</c> (<c>docs/format.md</c> section 3.4). Whoever has
/// one needs no passphrase.
/// </summary>
public sealed class KeyFile : IDisposable
{
    private const int PayloadLength = ObjectId.Length + Identity.SecretLength;

    private const string Form = "snapfs-key-";
    private const string Prefix = Form + "2";
    private const string Subject = "the key file";
    private const int ChecksumLength = 4;
    private const int MaxTextLength = 4096;

    private readonly SecretBytes _secret;

    /// <param name="repositoryId">The repository it opens.</param>
    /// <param name="role">As what.</param>
    /// <param name="secret">Copied; the caller still zeroes it.</param>
    internal KeyFile(in ObjectId repositoryId, KeyRole role, ReadOnlySpan<byte> secret)
    {
        RepositoryId = repositoryId;
        Role = role;
        _secret = new SecretBytes(secret);
    }

    /// <summary>The repository it opens.</summary>
    public ObjectId RepositoryId { get; }

    /// <summary>As what.</summary>
    public KeyRole Role { get; }

    /// <summary>Reads the text of a key file.</summary>
    /// <exception cref="KeyFileException">It is no key file, or it was altered.</exception>
    /// <exception cref="NewerFormatException">A newer version wrote it.</exception>
    public static KeyFile Parse(string text)
    {
        string[] parts = text.Length <= MaxTextLength ? text.Trim().Split(':') : [];
        if (parts.Length != 3 || !parts[0].StartsWith(Form, StringComparison.Ordinal))
        {
            throw new KeyFileException($"it does not hold one line that begins with '{Form}'");
        }

        KeyRole role = Enum.GetValues<KeyRole>().FirstOrDefault(role => NameOf(role) == parts[1]);
        if (parts[0] != Prefix || role == default)
        {
            throw parts[0] == Form + "1"
                ? new KeyFileException("it is for a repository of a preview of snapfs, which this version does not read")
                : new NewerFormatException(Subject, $"the form {parts[0]}:{parts[1]}");
        }

        byte[] payload;
        try
        {
            payload = Base64Url.DecodeFromChars(parts[2]);
        }
        catch (FormatException)
        {
            throw Altered();
        }

        try
        {
            return FromPayload(role, payload);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(payload);
        }
    }

    /// <summary>The text of the key file, with a line end.</summary>
    public string Format()
    {
        byte[] payload = ToPayload();
        string text = $"{Prefix}:{NameOf(Role)}:{Base64Url.EncodeToString(payload)}\n";
        CryptographicOperations.ZeroMemory(payload);
        return text;
    }

    /// <summary>Overwrites the secret.</summary>
    public void Dispose() => _secret.Dispose();

    /// <summary>Reads a repository id, a secret and their checksum.</summary>
    /// <exception cref="KeyFileException">They do not belong together, or there is no such role.</exception>
    internal static KeyFile FromPayload(KeyRole role, ReadOnlySpan<byte> payload) =>
        Enum.IsDefined(role)
            && payload.Length == PayloadLength + ChecksumLength
            && Checksum(role, payload[..PayloadLength]).SequenceEqual(payload[PayloadLength..])
                ? new KeyFile(ObjectId.Read(payload), role, payload[ObjectId.Length..PayloadLength])
                : throw Altered();

    /// <summary>What <see cref="FromPayload"/> reads; the caller wipes it.</summary>
    internal byte[] ToPayload()
    {
        byte[] payload = new byte[PayloadLength + ChecksumLength];
        RepositoryId.Span.CopyTo(payload);
        _secret.Span.CopyTo(payload.AsSpan(ObjectId.Length));
        Checksum(Role, payload.AsSpan(0, PayloadLength)).CopyTo(payload.AsSpan(PayloadLength));
        return payload;
    }

    /// <summary>Who has it; the caller disposes of the identity.</summary>
    internal Identity ToIdentity() => new(_secret.Span);

    /// <summary>A role as users know it.</summary>
    internal static string NameOf(KeyRole role) => role switch
    {
        KeyRole.Root => "root",
        KeyRole.Administrator => "administrator",
        _ => "agent",
    };

    private static KeyFileException Altered() =>
        new("it was cut or altered: copy it again, or export it again with 'snapfs key export'");

    private static ReadOnlySpan<byte> Checksum(KeyRole role, ReadOnlySpan<byte> payload)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.ASCII.GetBytes($"{Prefix}:{NameOf(role)}:"));
        hash.AppendData(payload);
        return hash.GetHashAndReset().AsSpan(0, ChecksumLength);
    }
}
