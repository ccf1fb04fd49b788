using System.Buffers.Binary;

namespace SnapFs.Afs.Directories;

/// <summary>Makes the content of an AFS directory that a file server takes for its own. Not thread-safe.</summary>
public sealed class DirectoryBuilder
{
    private readonly List<byte[]> _pages = [];
    private readonly ushort[] _heads = new ushort[DirectoryLayout.Chains];
    private readonly List<int> _used = [];

    /// <summary>Begins with <c>.</c> and <c>..</c>.</summary>
    /// <param name="vnode">The directory's own vnode number.</param>
    /// <param name="uniq">Its uniquifier.</param>
    /// <param name="parentVnode">That of the directory above; the root names itself.</param>
    /// <param name="parentUniq">Its uniquifier.</param>
    public DirectoryBuilder(uint vnode, uint uniq, uint parentVnode, uint parentUniq)
    {
        AddPage(DirectoryLayout.FirstSlot);
        Add("."u8, vnode, uniq);
        Add(".."u8, parentVnode, parentUniq);
    }

    /// <summary>Adds an entry; that its name is not there yet is up to the caller.</summary>
    /// <exception cref="ArgumentException">No directory can have the name.</exception>
    /// <exception cref="InvalidOperationException">The directory is full.</exception>
    public void Add(ReadOnlySpan<byte> name, uint vnode, uint uniq)
    {
        if (name.Length is 0 or > DirectoryLayout.MaxName || name.ContainsAny((byte)0, (byte)'/'))
        {
            throw new ArgumentException("a name has 1 to 255 bytes, none of them NUL or a slash", nameof(name));
        }

        int count = DirectoryLayout.SlotsOf(name.Length);
        if (_used[^1] + count > DirectoryLayout.SlotsPerPage)
        {
            AddPage(1);
        }

        int page = _pages.Count - 1;
        int within = _used[page];
        Take(page, count);
        ref ushort head = ref _heads[DirectoryLayout.HashOf(name)];
        Span<byte> entry = _pages[page].AsSpan(within * DirectoryLayout.SlotLength);
        entry[0] = DirectoryLayout.InUse;
        BinaryPrimitives.WriteUInt16BigEndian(entry[DirectoryLayout.NextOffset..], head);
        BinaryPrimitives.WriteUInt32BigEndian(entry[DirectoryLayout.VnodeOffset..], vnode);
        BinaryPrimitives.WriteUInt32BigEndian(entry[DirectoryLayout.UniqOffset..], uniq);
        name.CopyTo(entry[DirectoryLayout.NameOffset..]);
        head = (ushort)((page * DirectoryLayout.SlotsPerPage) + within);
    }

    /// <summary>The content.</summary>
    public byte[] ToArray()
    {
        byte[] first = _pages[0];
        BinaryPrimitives.WriteUInt16BigEndian(first, (ushort)_pages.Count);
        for (int page = 0; page < DirectoryLayout.PageTableLength; page++)
        {
            first[DirectoryLayout.PageTableOffset + page] =
                (byte)(DirectoryLayout.SlotsPerPage - (page < _used.Count ? _used[page] : 0));
        }

        for (int chain = 0; chain < _heads.Length; chain++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(
                first.AsSpan(DirectoryLayout.HashTableOffset + (sizeof(ushort) * chain)), _heads[chain]);
        }

        return [.. _pages.SelectMany(page => page)];
    }

    private void AddPage(int headerSlots)
    {
        if (_pages.Count == DirectoryLayout.MaxPages)
        {
            throw new InvalidOperationException("the directory is full");
        }

        byte[] page = new byte[DirectoryLayout.PageLength];
        BinaryPrimitives.WriteUInt16BigEndian(page.AsSpan(DirectoryLayout.TagOffset), DirectoryLayout.Tag);
        _pages.Add(page);
        _used.Add(0);
        Take(_pages.Count - 1, headerSlots);
    }

    /// <summary>Marks the next free slots of a page as taken; they are always the lowest ones.</summary>
    private void Take(int page, int count)
    {
        _used[page] += count;
        ulong bitmap = _used[page] == DirectoryLayout.SlotsPerPage ? ulong.MaxValue : (1UL << _used[page]) - 1;
        _pages[page][DirectoryLayout.FreeCountOffset] = (byte)(DirectoryLayout.SlotsPerPage - _used[page]);
        BinaryPrimitives.WriteUInt64LittleEndian(_pages[page].AsSpan(DirectoryLayout.BitmapOffset), bitmap);
    }
}
