namespace SnapFs.Afs.Dumps;

/// <summary>Fixed bytes of a dump: <c>volser/dump.h</c> of OpenAFS 1.8.</summary>
internal static class DumpTags
{
    public const byte DumpHeader = 1;
    public const byte VolumeHeader = 2;
    public const byte Vnode = 3;
    public const byte DumpEnd = 4;

    /// <summary>D_MAX: a byte up to this ends a section, a larger one is the tag of a field.</summary>
    public const byte LastSection = 20;

    public const uint BeginMagic = 0xB3A11322;
    public const uint EndMagic = 0x3A214B6E;
    public const uint Version = 1;

    /// <summary>Unknown tags up to this carry a length and bytes.</summary>
    public const byte LastLengthTag = 0x60;

    /// <summary>Unknown tags up to this carry 4 bytes; those after it none.</summary>
    public const byte LastNumberTag = 0x7A;

    /// <summary>Whoever does not know the next tag must stop.</summary>
    public const byte Critical = 0x7E;

    public const byte LastTag = 0x7F;

    /// <summary>MAXDUMPTIMES of OpenAFS: intervals in a header.</summary>
    public const int MaxIntervals = 50;

    /// <summary>More than any name or message of a volume may have in OpenAFS (32 and 128), bytes.</summary>
    public const int MaxText = 1024;

    public const int WeekDays = 7;
}
