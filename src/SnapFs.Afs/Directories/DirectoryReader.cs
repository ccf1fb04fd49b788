using System.Buffers.Binary;

namespace SnapFs.Afs.Directories;

/// <summary>
/// Walks the entries of an AFS directory by its hash chains, <c>.</c> and <c>..</c> among them, in no order that means
/// anything. Slots that no chain leads to may hold old names and are not looked at.
/// </summary>
/// <remarks>
/// Every entry is checked: its number, the marks of all its slots, that no other entry has them. So a walk visits each slot at
/// most once. A name that no file system takes, or that is on another chain than its own, is a <see cref="Finding"/> and no
/// obstacle. Other damage ends its chain: the call after the one that failed goes on with the next. That a name occurs twice is
/// not noticed.
/// </remarks>
public ref struct DirectoryReader
{
    /// <summary>The longest content there can be, bytes: entries have 16-bit numbers.</summary>
    public const int MaxLength = DirectoryLayout.MaxPages * DirectoryLayout.PageLength;

    private readonly ReadOnlySpan<byte> _content;
    private readonly ulong[] _visited;
    private int _chain;
    private int _next;

    /// <param name="content">The whole content of the directory; it must outlive the reader.</param>
    /// <exception cref="InvalidEncodingException">It is no directory, or a page of it is damaged.</exception>
    public DirectoryReader(ReadOnlySpan<byte> content)
    {
        if (content.Length is 0 or > MaxLength || content.Length % DirectoryLayout.PageLength != 0)
        {
            throw new InvalidEncodingException(
                $"a directory has 1 to {DirectoryLayout.MaxPages} pages of {DirectoryLayout.PageLength} bytes, "
                + $"but this content has {content.Length} bytes");
        }

        for (int page = 0; page < content.Length; page += DirectoryLayout.PageLength)
        {
            ushort tag = BinaryPrimitives.ReadUInt16BigEndian(content[(page + DirectoryLayout.TagOffset)..]);
            if (tag != DirectoryLayout.Tag)
            {
                throw new InvalidEncodingException(
                    $"the directory page at byte {page} has the tag {tag} instead of {DirectoryLayout.Tag}");
            }
        }

        _content = content;
        _visited = new ulong[content.Length / DirectoryLayout.PageLength];
        _chain = -1;
    }

    /// <summary>The bytes of the name, without a NUL; 1 to 255 of them and no slash unless there is a <see cref="Finding"/>.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>What is odd about the name; null for a sound one.</summary>
    public string? Finding { get; private set; }

    /// <summary>The vnode number that the name leads to.</summary>
    public uint Vnode { get; private set; }

    /// <summary>The uniquifier that the vnode must have.</summary>
    public uint Uniq { get; private set; }

    /// <summary>Whether the entry is <c>.</c> or <c>..</c>.</summary>
    public readonly bool IsDots => Name is [(byte)'.'] or [(byte)'.', (byte)'.'];

    /// <summary>Goes on to the next entry.</summary>
    /// <returns>False after the last.</returns>
    /// <exception cref="InvalidEncodingException">The entry is damaged; the message has its byte. It may be called again.</exception>
    public bool Next()
    {
        while (_next == 0)
        {
            if (++_chain >= DirectoryLayout.Chains)
            {
                _chain = DirectoryLayout.Chains;
                return false;
            }

            _next = BinaryPrimitives.ReadUInt16BigEndian(
                _content[(DirectoryLayout.HashTableOffset + (sizeof(ushort) * _chain))..]);
        }

        int slot = _next;
        _next = 0; // if the entry is damaged, so may be where it leads
        ReadOnlySpan<byte> entry = EntryAt(slot);
        if (entry[0] != DirectoryLayout.InUse)
        {
            throw Damaged(slot, $"the mark {entry[0]} instead of {DirectoryLayout.InUse}");
        }

        Name = NameOf(slot, entry);
        Vnode = BinaryPrimitives.ReadUInt32BigEndian(entry[DirectoryLayout.VnodeOffset..]);
        Uniq = BinaryPrimitives.ReadUInt32BigEndian(entry[DirectoryLayout.UniqOffset..]);
        Visit(slot, DirectoryLayout.SlotsOf(Name.Length));
        Finding = FindingOf(Name);
        _next = BinaryPrimitives.ReadUInt16BigEndian(entry[DirectoryLayout.NextOffset..]);
        return true;
    }

    /// <summary>From the entry to the end of its page, which it cannot pass.</summary>
    private readonly ReadOnlySpan<byte> EntryAt(int slot)
    {
        int offset = slot * DirectoryLayout.SlotLength;
        int first = slot < DirectoryLayout.SlotsPerPage ? DirectoryLayout.FirstSlot : 1;
        if (offset >= _content.Length || slot % DirectoryLayout.SlotsPerPage < first)
        {
            throw new InvalidEncodingException(
                $"chain {_chain} of the directory leads to entry {slot} (byte {offset}), where no entry can be");
        }

        return _content.Slice(offset, DirectoryLayout.PageLength - (offset % DirectoryLayout.PageLength));
    }

    private readonly ReadOnlySpan<byte> NameOf(int slot, ReadOnlySpan<byte> entry)
    {
        ReadOnlySpan<byte> rest = entry[DirectoryLayout.NameOffset..];
        int length = rest.IndexOf((byte)0);
        return length >= 0 ? rest[..length] : throw Damaged(slot, "a name without an end within its page");
    }

    /// <summary>A file server takes names of 256 bytes, which is one more than Linux does.</summary>
    private readonly string? FindingOf(ReadOnlySpan<byte> name)
    {
        if (name.Length > DirectoryLayout.MaxName)
        {
            return $"the name has {name.Length} bytes, more than a file system takes";
        }

        if (name.IsEmpty || name.Contains((byte)'/'))
        {
            return name.IsEmpty ? "the name is empty" : "the name has a slash";
        }

        int chain = DirectoryLayout.HashOf(name);
        return chain == _chain ? null : $"the name is on chain {_chain} of the directory, where no file server finds it";
    }

    private readonly void Visit(int slot, int count)
    {
        int page = slot / DirectoryLayout.SlotsPerPage;
        int within = slot % DirectoryLayout.SlotsPerPage;
        ulong taken = ((1UL << count) - 1) << within;
        ulong allocated = BinaryPrimitives.ReadUInt64LittleEndian(
            _content[((page * DirectoryLayout.PageLength) + DirectoryLayout.BitmapOffset)..]);
        if ((allocated & taken) != taken)
        {
            throw Damaged(slot, "slots that its page's bitmap calls free");
        }

        if ((_visited[page] & taken) != 0)
        {
            throw Damaged(slot, "slots of an entry that was met before: a loop or an overlap");
        }

        _visited[page] |= taken;
    }

    private readonly InvalidEncodingException Damaged(int slot, string finding) => new(
        $"entry {slot} of the directory (byte {slot * DirectoryLayout.SlotLength}, chain {_chain}) has {finding}");
}
