using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using SnapFs.Binary;
using SnapFs.Objects;

namespace SnapFs.Repository.Keys;

/// <summary>
/// The content of a key file: one line of text, <c>snapfs-key-1:ROLE:BASE64URL</c>
/// (<c>docs/format.md</c> section 3). Whoever has an administrator's needs no passphrase.
/// </summary>
public sealed class KeyFile : IDisposable
{
    private const string Prefix = "snapfs-key-1";
    private const string AdministratorRole = "administrator";
    private const string AgentRole = "agent";
    private const string Subject = "the key file";
    private const int ChecksumLength = 4;
    private const int MaxTextLength = 4096;

    /// <param name="repositoryId">The repository it opens.</param>
    /// <param name="administrator">Disposed of with this instance.</param>
    internal KeyFile(in ObjectId repositoryId, AdministratorSecrets administrator)
    {
        RepositoryId = repositoryId;
        Administrator = administrator;
    }

    /// <param name="repositoryId">The repository it opens.</param>
    /// <param name="agent">Disposed of with this instance.</param>
    internal KeyFile(in ObjectId repositoryId, AgentSecrets agent)
    {
        RepositoryId = repositoryId;
        Agent = agent;
    }

    /// <summary>The repository it opens.</summary>
    public ObjectId RepositoryId { get; }

    /// <summary>An administrator's secrets, or null.</summary>
    public AdministratorSecrets? Administrator { get; }

    /// <summary>An agent's keys, or null.</summary>
    public AgentSecrets? Agent { get; }

    private string Role => Administrator is null ? AgentRole : AdministratorRole;

    /// <summary>Reads the text of a key file.</summary>
    /// <exception cref="KeyFileException">It is no key file, or it was altered.</exception>
    /// <exception cref="NewerFormatException">A newer version wrote it.</exception>
    public static KeyFile Parse(string text)
    {
        string[] parts = text.Length <= MaxTextLength ? text.Trim().Split(':') : [];
        if (parts.Length != 3 || !parts[0].StartsWith("snapfs-key-", StringComparison.Ordinal))
        {
            throw new KeyFileException("it does not hold one line that begins with 'snapfs-key-'");
        }

        if (parts[0] != Prefix || parts[1] is not (AdministratorRole or AgentRole))
        {
            throw new NewerFormatException(Subject, $"the form {parts[0]}:{parts[1]}");
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
            return FromPayload(parts[1], payload);
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
        string text = $"{Prefix}:{Role}:{Base64Url.EncodeToString(payload)}\n";
        CryptographicOperations.ZeroMemory(payload);
        return text;
    }

    /// <summary>Overwrites the secrets.</summary>
    public void Dispose()
    {
        Administrator?.Dispose();
        Agent?.Dispose();
    }

    /// <summary>Repository id, secrets and checksum: what the text and the paper form encode.</summary>
    internal byte[] ToPayload()
    {
        ByteWriter writer = new(1024);
        writer.Bytes(RepositoryId.Span);
        Administrator?.Write(writer);
        Agent?.Write(writer);
        writer.Bytes(Checksum(Role, writer.Written));
        byte[] payload = writer.ToArray();
        writer.Wipe();
        return payload;
    }

    /// <summary>Reads the payload of an administrator's key.</summary>
    internal static KeyFile FromAdministratorPayload(ReadOnlySpan<byte> payload) =>
        FromPayload(AdministratorRole, payload);

    private static KeyFile FromPayload(string role, ReadOnlySpan<byte> payload)
    {
        if (payload.Length < ObjectId.Length + ChecksumLength
            || !Checksum(role, payload[..^ChecksumLength]).SequenceEqual(payload[^ChecksumLength..]))
        {
            throw Altered();
        }

        ObjectId repositoryId = ObjectId.Read(payload);
        ReadOnlySpan<byte> secrets = payload[ObjectId.Length..^ChecksumLength];
        try
        {
            return role == AdministratorRole
                ? new KeyFile(repositoryId, AdministratorSecrets.Read(secrets, Subject))
                : new KeyFile(repositoryId, AgentSecrets.Read(secrets, Subject));
        }
        catch (InvalidEncodingException e)
        {
            throw new KeyFileException(e.Message);
        }
    }

    private static KeyFileException Altered() =>
        new("it was cut or altered: copy it again, or export it again with 'snapfs key export'");

    private static ReadOnlySpan<byte> Checksum(string role, ReadOnlySpan<byte> payload)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.ASCII.GetBytes($"{Prefix}:{role}:"));
        hash.AppendData(payload);
        return hash.GetHashAndReset().AsSpan(0, ChecksumLength);
    }
}
