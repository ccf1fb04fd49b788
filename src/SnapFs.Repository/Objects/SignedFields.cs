using SnapFs.Binary;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Keys;

namespace SnapFs.Repository.Objects;

/// <summary>
/// The field list in the clear of what an agent writes for its domain, index segments and snapshots: repository,
/// domain, signer, and one number whose meaning depends on the kind (<c>docs/format.md</c> sections 6 and 8).
/// </summary>
internal readonly ref struct SignedFields
{
    private readonly ReadOnlySpan<byte> _domain;

    private SignedFields(ReadOnlySpan<byte> domain, SignerId signer, ulong number, int end)
    {
        _domain = domain;
        Signer = signer;
        Number = number;
        End = end;
    }

    /// <summary>Who signed, as the object says: nothing is proven before its signature was checked.</summary>
    public SignerId Signer { get; }

    /// <summary>Field 7: the kind of the packs of a segment, the epoch of a snapshot.</summary>
    public ulong Number { get; }

    /// <summary>Offset of what follows the field list.</summary>
    public int End { get; }

    /// <summary>Appends header and field list.</summary>
    internal static void Write(ByteWriter writer, FormatKind kind, IDomainKeys keys, ulong number)
    {
        ByteWriter list = new(128);
        FieldWriter fields = new(list);
        fields.Bytes(1, keys.RepositoryId.Span);
        fields.Bytes(3, keys.DomainId);
        Span<byte> signer = stackalloc byte[SignerId.Length];
        keys.Signer.WriteTo(signer);
        fields.Bytes(5, signer);
        fields.Number(7, number);
        Envelope.Write(writer, kind, list);
    }

    /// <summary>Checks the header and reads the field list.</summary>
    /// <param name="keys">The keys of this process.</param>
    /// <param name="content">The whole object.</param>
    /// <param name="kind">What it must be.</param>
    /// <param name="subject">The object, for messages.</param>
    /// <exception cref="DamagedException">It is of another kind or repository.</exception>
    /// <exception cref="InvalidEncodingException">A field is missing or malformed.</exception>
    /// <exception cref="NewerFormatException">A newer version wrote it.</exception>
    internal static SignedFields Read(IDomainKeys keys, ReadOnlySpan<byte> content, FormatKind kind, string subject)
    {
        int end = Envelope.Read(content, kind, subject, out ReadOnlySpan<byte> list);
        FieldReader fields = new(list);
        ObjectId? repository = null;
        ReadOnlySpan<byte> domain = default;
        SignerId? signer = null;
        ulong? number = null;
        while (fields.Next())
        {
            switch (fields.Tag)
            {
                case 1:
                    repository = ObjectId.Read(fields.Fixed(ObjectId.Length));
                    break;
                case 3:
                    domain = fields.Fixed(DomainObject.IdLength);
                    break;
                case 5:
                    signer = SignerId.Read(fields.Fixed(SignerId.Length));
                    break;
                case 7:
                    number = fields.Number();
                    break;
                default:
                    fields.Unknown(subject);
                    break;
            }
        }

        if ((repository ?? throw RootSigned.Missing(1)) != keys.RepositoryId)
        {
            throw new DamagedException(subject, "it belongs to another repository");
        }

        return domain.IsEmpty
            ? throw RootSigned.Missing(3)
            : new SignedFields(
                domain, signer ?? throw RootSigned.Missing(5), number ?? throw RootSigned.Missing(7), end);
    }

    /// <summary>Whether the object belongs to the domain of these keys.</summary>
    internal bool AreOf(IDomainKeys keys) => _domain.SequenceEqual(keys.DomainId);
}
