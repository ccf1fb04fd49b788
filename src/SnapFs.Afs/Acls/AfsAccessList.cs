using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace SnapFs.Afs.Acls;

/// <summary>Who may do what in a directory and with its files: <c>libacl/acl.h</c> of OpenAFS. Immutable.</summary>
public sealed class AfsAccessList
{
    /// <summary>Bytes of the encoded form.</summary>
    public const int EncodedLength = 192;

    /// <summary>Most entries, positive and negative together.</summary>
    public const int MaxEntries = 20;

    private const int HeaderLength = 20;
    private const int EntryLength = 8;
    private const int Version = 1;

    /// <summary>In the order in which <c>fs listacl</c> prints them.</summary>
    private static readonly (AfsRights Right, char Letter)[] Letters =
    [
        (AfsRights.Read, 'r'), (AfsRights.Lookup, 'l'), (AfsRights.Insert, 'i'), (AfsRights.Delete, 'd'),
        (AfsRights.Write, 'w'), (AfsRights.Lock, 'k'), (AfsRights.Administer, 'a'),
        ((AfsRights)0x01000000, 'A'), ((AfsRights)0x02000000, 'B'), ((AfsRights)0x04000000, 'C'),
        ((AfsRights)0x08000000, 'D'), ((AfsRights)0x10000000, 'E'), ((AfsRights)0x20000000, 'F'),
        ((AfsRights)0x40000000, 'G'), ((AfsRights)0x80000000, 'H'),
    ];

    /// <param name="positive">What is granted.</param>
    /// <param name="negative">What is denied, whatever is granted elsewhere.</param>
    public AfsAccessList(IReadOnlyList<AfsAccessEntry> positive, IReadOnlyList<AfsAccessEntry> negative)
    {
        ArgumentNullException.ThrowIfNull(positive);
        ArgumentNullException.ThrowIfNull(negative);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(positive.Count + negative.Count, MaxEntries);
        Positive = positive;
        Negative = negative;
    }

    /// <summary>What is granted.</summary>
    public IReadOnlyList<AfsAccessEntry> Positive { get; }

    /// <summary>What is denied, whatever is granted elsewhere.</summary>
    public IReadOnlyList<AfsAccessEntry> Negative { get; }

    /// <summary>Decodes the field <c>A</c> of a dump.</summary>
    /// <exception cref="InvalidEncodingException">The bytes are no access list.</exception>
    public static AfsAccessList Parse(ReadOnlySpan<byte> encoded)
    {
        if (encoded.Length != EncodedLength)
        {
            throw new InvalidEncodingException($"an access list has {EncodedLength} bytes, not {encoded.Length}");
        }

        int size = BinaryPrimitives.ReadInt32BigEndian(encoded);
        int version = BinaryPrimitives.ReadInt32BigEndian(encoded[4..]);
        int total = BinaryPrimitives.ReadInt32BigEndian(encoded[8..]);
        int positive = BinaryPrimitives.ReadInt32BigEndian(encoded[12..]);
        int negative = BinaryPrimitives.ReadInt32BigEndian(encoded[16..]);
        if (version != Version || total is < 0 or > MaxEntries || positive < 0 || positive > total
            || negative != total - positive || size != HeaderLength + (EntryLength * total))
        {
            throw new InvalidEncodingException(
                $"an access list of version {version} cannot have {size} bytes with {positive} positive and {negative} "
                + $"negative of {total} entries");
        }

        AfsAccessEntry[] granted = new AfsAccessEntry[positive];
        AfsAccessEntry[] denied = new AfsAccessEntry[negative];
        for (int i = 0; i < granted.Length; i++)
        {
            granted[i] = EntryAt(encoded, i);
        }

        // Negative entries run backwards from the last.
        for (int i = 0; i < denied.Length; i++)
        {
            denied[i] = EntryAt(encoded, total - 1 - i);
        }

        return new AfsAccessList(granted, denied);
    }

    /// <summary>The 192 bytes that <see cref="Parse"/> reads.</summary>
    public byte[] Encode()
    {
        byte[] encoded = new byte[EncodedLength];
        int total = Positive.Count + Negative.Count;
        int[] header = [HeaderLength + (EntryLength * total), Version, total, Positive.Count, Negative.Count];
        for (int i = 0; i < header.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(encoded.AsSpan(sizeof(int) * i), header[i]);
        }

        for (int i = 0; i < total; i++)
        {
            AfsAccessEntry entry = i < Positive.Count ? Positive[i] : Negative[total - 1 - i];
            Span<byte> place = encoded.AsSpan(HeaderLength + (EntryLength * i));
            BinaryPrimitives.WriteInt32BigEndian(place, entry.Id);
            BinaryPrimitives.WriteUInt32BigEndian(place[4..], (uint)entry.Rights);
        }

        return encoded;
    }

    /// <summary>What a user may do by this list. The owner of a volume's root may change every list of it besides, which
    /// no list says.</summary>
    /// <param name="user">The user's id; <see cref="AfsIds.Anonymous"/> for one without a ticket.</param>
    /// <param name="groups">Ids of the groups the user is in; those everyone is in need not be named.</param>
    public AfsRights RightsOf(int user, IReadOnlyCollection<int> groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        AfsRights granted = AfsRights.None;
        AfsRights denied = AfsRights.None;
        foreach (AfsAccessEntry entry in Positive)
        {
            granted |= Concerns(entry.Id, user, groups) ? entry.Rights : AfsRights.None;
        }

        foreach (AfsAccessEntry entry in Negative)
        {
            denied |= Concerns(entry.Id, user, groups) ? entry.Rights : AfsRights.None;
        }

        // A file server lets administrators look at and mend every list, whatever it says.
        AfsRights always = user != AfsIds.Anonymous && groups.Contains(AfsIds.Administrators)
            ? AfsRights.Lookup | AfsRights.Administer
            : AfsRights.None;
        return (granted & ~denied) | always;
    }

    /// <summary>The lines that <c>fs listacl</c> prints below its first, each with a newline.</summary>
    /// <param name="nameOf">The name of an id, or null for one that has none and is shown as its number.</param>
    public string ToText(Func<int, string?> nameOf)
    {
        ArgumentNullException.ThrowIfNull(nameOf);
        StringBuilder text = new();
        Append(text, "Normal rights:", Positive, nameOf);
        Append(text, "Negative rights:", Negative, nameOf);
        return text.ToString();
    }

    /// <summary>The letters of some rights: <c>rlidwka</c>, then <c>A</c> to <c>H</c>.</summary>
    public static string LettersOf(AfsRights rights) => string.Concat(
        Letters.Where(pair => (rights & pair.Right) != 0).Select(pair => pair.Letter));

    private static AfsAccessEntry EntryAt(ReadOnlySpan<byte> encoded, int index)
    {
        ReadOnlySpan<byte> entry = encoded.Slice(HeaderLength + (EntryLength * index), EntryLength);
        return new AfsAccessEntry(
            BinaryPrimitives.ReadInt32BigEndian(entry), (AfsRights)BinaryPrimitives.ReadUInt32BigEndian(entry[4..]));
    }

    private static bool Concerns(int id, int user, IReadOnlyCollection<int> groups) => id switch
    {
        AfsIds.AnyUser => true,
        AfsIds.AuthenticatedUser => user != AfsIds.Anonymous,
        _ when id == user => true,
        _ => user != AfsIds.Anonymous && groups.Contains(id),
    };

    private static void Append(
        StringBuilder text, string title, IReadOnlyList<AfsAccessEntry> entries, Func<int, string?> nameOf)
    {
        if (entries.Count == 0)
        {
            return;
        }

        text.Append(title).Append('\n');
        foreach (AfsAccessEntry entry in entries)
        {
            string name = nameOf(entry.Id) ?? entry.Id.ToString(CultureInfo.InvariantCulture);
            text.Append("  ").Append(name).Append(' ').Append(LettersOf(entry.Rights)).Append('\n');
        }
    }
}
