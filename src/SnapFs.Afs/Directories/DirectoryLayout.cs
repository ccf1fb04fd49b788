namespace SnapFs.Afs.Directories;

/// <summary>How a directory's content is laid out: <c>dir/dir.h</c> of OpenAFS.</summary>
internal static class DirectoryLayout
{
    public const int PageLength = 2048;

    /// <summary>Everything is counted in slots of 32 bytes; the number of a slot in the content is that of its entry.</summary>
    public const int SlotLength = 32;

    public const int SlotsPerPage = PageLength / SlotLength;

    /// <summary>Entries have 16-bit numbers, so no slot beyond 65,535 can be named.</summary>
    public const int MaxPages = 65536 / SlotsPerPage;

    public const ushort Tag = 1234;
    public const int TagOffset = 2;
    public const int FreeCountOffset = 4;
    public const int BitmapOffset = 5;

    /// <summary>Free slots of each of the first pages.</summary>
    public const int PageTableOffset = 32;
    public const int PageTableLength = 128;

    public const int HashTableOffset = 160;
    public const int Chains = 128;

    /// <summary>Slots of the first page that its headers take.</summary>
    public const int FirstSlot = 13;

    public const byte InUse = 1;
    public const int NextOffset = 2;
    public const int VnodeOffset = 4;
    public const int UniqOffset = 8;
    public const int NameOffset = 12;
    public const int MaxName = 255;

    /// <summary>Slots that an entry with a name of so many bytes takes.</summary>
    public static int SlotsOf(int nameLength) => 1 + ((nameLength + 1 + 15) >> 5);

    /// <summary>The chain on which a name is found.</summary>
    public static int HashOf(ReadOnlySpan<byte> name)
    {
        uint hash = 0;
        foreach (byte character in name)
        {
            hash = unchecked((hash * 173) + character);
        }

        int chain = (int)(hash & (Chains - 1));
        return chain != 0 && hash >= 0x80000000 ? Chains - chain : chain;
    }
}
