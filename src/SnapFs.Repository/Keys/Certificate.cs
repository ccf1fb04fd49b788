using System.IO.Enumeration;
using System.Text;
using SnapFs.Binary;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Objects;
using SnapFs.Snapshots;

namespace SnapFs.Repository.Keys;

/// <summary>What a pattern of a certificate is matched with.</summary>
internal enum PatternSubject
{
    /// <summary>The host of a snapshot of files.</summary>
    Host = 1,

    /// <summary>The cell of a snapshot of an AFS volume.</summary>
    Cell = 2,

    /// <summary>The name of that volume.</summary>
    Volume = 3,
}

/// <summary>Names that an agent may sign for.</summary>
/// <param name="Subject">What it is matched with.</param>
/// <param name="Text">In it, <c>*</c> stands for any characters, also none.</param>
internal readonly record struct NamePattern(PatternSubject Subject, string Text)
{
    /// <summary>Whether a name matches. All characters but <c>*</c> stand for themselves.</summary>
    internal bool Matches(PatternSubject subject, string name) =>
        subject == Subject && FileSystemName.MatchesSimpleExpression(Escape(Text), name, ignoreCase: false);

    // '?' and '\' mean something to the matcher, and nothing in a pattern.
    private static string Escape(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("?", "\\?", StringComparison.Ordinal);
}

/// <summary>What an agent may sign (<c>docs/format.md</c> section 3.2).</summary>
internal sealed record Certificate
{
    /// <summary>The most patterns a reader accepts.</summary>
    internal const int MaxPatterns = 1024;

    /// <summary>The longest pattern, UTF-8 bytes.</summary>
    internal const int MaxPattern = 4096;

    private const byte SealedTag = 15;

    /// <summary>The Ed25519 key of the agent, 32 bytes.</summary>
    internal required byte[] PublicKey { get; init; }

    /// <summary>The domain it writes in.</summary>
    internal required ShortId Domain { get; init; }

    /// <summary>The kinds of objects it may sign.</summary>
    internal required IReadOnlyList<FormatKind> Kinds { get; init; }

    /// <summary>After when nothing it signs counts; null for never.</summary>
    internal DateTimeOffset? NotAfter { get; init; }

    /// <summary>The X-Wing key of the agent, 1216 bytes.</summary>
    internal required byte[] RecipientKey { get; init; }

    /// <summary>For whom it may sign; empty until <see cref="OpenNames"/>.</summary>
    internal IReadOnlyList<NamePattern> Patterns { get; init; } = [];

    /// <summary>What the agent is called; empty until <see cref="OpenNames"/>.</summary>
    internal string Name { get; init; } = string.Empty;

    /// <summary>Who it is about.</summary>
    internal ShortId Signer => ShortId.OfKey(PublicKey);

    private SealedField? Sealed { get; init; }

    /// <summary>Encodes a certificate, signed by an authority.</summary>
    /// <param name="indexKey">The newest index key of the domain.</param>
    /// <param name="repositoryId">The repository.</param>
    /// <param name="authority">Signs.</param>
    internal byte[] Encode(ReadOnlySpan<byte> indexKey, in ObjectId repositoryId, AdministratorSecrets authority)
    {
        ByteWriter list = new(4096);
        FieldWriter fields = CertifiedObject.Begin(list, repositoryId, authority.Epoch);
        fields.Bytes(5, PublicKey);
        fields.Bytes(7, Domain.ToArray());
        ByteWriter value = new();
        value.Varint((ulong)Kinds.Count);
        foreach (FormatKind kind in Kinds)
        {
            value.Varint((ulong)kind);
        }

        fields.Bytes(9, value.Written);
        if (NotAfter is DateTimeOffset notAfter)
        {
            fields.Number(11, FormatTime.ToUnixSeconds(notAfter));
        }

        fields.Bytes(13, RecipientKey);
        Span<byte> key = stackalloc byte[Sealing.KeyLength];
        KeyDerivation.Derive(indexKey, "certificate", [], key);
        SealedField.Write(list, FormatKind.Certificate, SealedTag, key, EncodeNames());
        return authority.Sign(FormatKind.Certificate, list, repositoryId);
    }

    /// <summary>Decodes what stands in the clear.</summary>
    internal static Certificate Decode(KeyObject key)
    {
        FieldSet fields = new(key.Fields, key.Subject, 1, 2, 3, 5, 7, 9, 11, 13, SealedTag);
        return new Certificate
        {
            PublicKey = fields.Fixed(5, Signing.PublicKeyLength),
            Domain = fields.ShortId(7),
            Kinds = ReadKinds(fields.Bytes(9)),
            NotAfter = fields.Has(11) ? FormatTime.FromUnixSeconds(fields.Number(11)) : null,
            RecipientKey = fields.Fixed(13, XWing.PublicKeyLength),
            Sealed = SealedField.Read(key, SealedTag),
        };
    }

    /// <summary>Opens for whom the agent may sign.</summary>
    /// <param name="indexKey">The newest index key of the domain.</param>
    /// <param name="subject">The object, for messages.</param>
    /// <exception cref="DamagedException">They do not open.</exception>
    internal Certificate OpenNames(ReadOnlySpan<byte> indexKey, string subject)
    {
        Span<byte> key = stackalloc byte[Sealing.KeyLength];
        KeyDerivation.Derive(indexKey, "certificate", [], key);
        FieldSet fields = Sealed?.Open(key, plain => new FieldSet(plain.Span, subject, 1, 2))
            ?? throw new DamagedException(subject, "its names do not open with the index key of the domain");
        return this with
        {
            Patterns = ReadPatterns(fields.Bytes(1)),
            Name = fields.TextOrEmpty(2, AdministratorObject.MaxName),
        };
    }

    /// <summary>Whether a snapshot counts for what it says it is of.</summary>
    internal bool MaySign(SnapshotHead head) => head.Volume is null
        ? IsForHost(head.Host)
        : IsForVolume(head.Host, head.Source);

    /// <summary>Whether it counts at a time, seconds since 1970.</summary>
    internal bool CountsAt(long seconds) => NotAfter is not DateTimeOffset notAfter || seconds <= notAfter.ToUnixTimeSeconds();

    /// <summary>Whether it is for the files of a host.</summary>
    internal bool IsForHost(string host) => Matches(PatternSubject.Host, host);

    /// <summary>Whether it is for an AFS volume.</summary>
    internal bool IsForVolume(string cell, string volume) =>
        Matches(PatternSubject.Cell, cell) && Matches(PatternSubject.Volume, volume);

    private bool Matches(PatternSubject subject, string name) => Patterns.Any(pattern => pattern.Matches(subject, name));

    private byte[] EncodeNames()
    {
        ByteWriter list = new();
        FieldWriter fields = new(list);
        ByteWriter value = new();
        value.Varint((ulong)Patterns.Count);
        foreach (NamePattern pattern in Patterns)
        {
            value.Varint((ulong)pattern.Subject);
            value.LengthPrefixed(Encoding.UTF8.GetBytes(pattern.Text));
        }

        fields.Bytes(1, value.Written);
        if (Name.Length > 0)
        {
            fields.Text(2, Name);
        }

        return list.ToArray();
    }

    private static List<FormatKind> ReadKinds(ReadOnlySpan<byte> value)
    {
        ByteReader reader = new(value);
        List<FormatKind> kinds = [];
        for (int left = reader.VarintInt32(byte.MaxValue); left > 0; left--)
        {
            kinds.Add((FormatKind)reader.VarintInt32(byte.MaxValue));
        }

        reader.End();
        return kinds;
    }

    private static List<NamePattern> ReadPatterns(ReadOnlySpan<byte> value)
    {
        ByteReader reader = new(value);
        List<NamePattern> patterns = [];
        for (int left = reader.VarintInt32(MaxPatterns); left > 0; left--)
        {
            PatternSubject subject = (PatternSubject)reader.VarintInt32(byte.MaxValue);
            patterns.Add(new NamePattern(subject, Utf8.Text(reader.LengthPrefixed(MaxPattern))));
        }

        reader.End();
        return patterns;
    }
}
