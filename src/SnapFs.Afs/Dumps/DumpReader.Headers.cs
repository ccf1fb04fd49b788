using System.Text;

namespace SnapFs.Afs.Dumps;

public sealed partial class DumpReader
{
    private const string HeaderField = "a field of the dump header";
    private const string VolumeField = "a field of the volume header";

    private void ReadBegin()
    {
        const int GuessLength = 512;
        ReadOnlySpan<byte> begin = [DumpTags.DumpHeader, 0xB3, 0xA1, 0x13, 0x22];
        ReadOnlySpan<byte> start = _input.Preview(GuessLength);
        if (start.IsEmpty)
        {
            throw DumpException.Empty();
        }

        if (!start.StartsWith(begin[..Math.Min(begin.Length, start.Length)]))
        {
            string found = Convert.ToHexStringLower(start[..Math.Min(begin.Length, start.Length)]);
            throw DumpException.NotADump(ForeignFormat.Guess(start), found);
        }

        _input.Take(begin.Length, "the begin mark");
        uint version = _input.UInt32("the version");
        if (version != DumpTags.Version)
        {
            throw _input.Damaged(begin.Length, "version 1 of the dump format", $"version {version}");
        }
    }

    private DumpHeader ReadDumpHeader()
    {
        DumpHeader header = new();
        SeenTags seen = new();
        while (NextField(HeaderField, ref seen) is byte tag)
        {
            switch (tag)
            {
                case (byte)'v':
                    header = header with { VolumeId = _input.UInt32(HeaderField) };
                    break;
                case (byte)'n':
                    header = header with { Name = ReadText() };
                    break;
                case (byte)'t':
                    header = header with { Intervals = ReadIntervals() };
                    break;
                default:
                    SkipUnknown(tag);
                    continue;
            }

            Known(tag, ref seen);
        }

        return header;
    }

    private VolumeHeader ReadVolumeHeaders()
    {
        byte section = _input.Byte("the volume header");
        if (section != DumpTags.VolumeHeader)
        {
            throw _input.Damaged(_input.Offset - 1, "the volume header (02)", $"{section:x2}");
        }

        VolumeHeader header = new() { InService = 0, Blessed = 0, WeekUse = [] };
        while (true)
        {
            SeenTags seen = new();
            while (NextField(VolumeField, ref seen) is byte tag)
            {
                if (ReadVolumeField(tag, header) is VolumeHeader changed)
                {
                    header = changed;
                    Known(tag, ref seen);
                }
                else
                {
                    SkipUnknown(tag);
                }
            }

            if (_input.Peek("a vnode or the end mark") != DumpTags.VolumeHeader)
            {
                return header;
            }

            _input.Byte(VolumeField);
        }
    }

    private VolumeHeader? ReadVolumeField(byte tag, VolumeHeader header) => (char)tag switch
    {
        'i' => header with { Id = _input.UInt32(VolumeField) },
        'v' => header with { FormatVersion = _input.UInt32(VolumeField) },
        'n' => header with { Name = ReadText() },
        's' => header with { InService = _input.Byte(VolumeField) },
        'b' => header with { Blessed = _input.Byte(VolumeField) },
        'u' => header with { Uniquifier = _input.UInt32(VolumeField) },
        't' => header with { Type = ReadVolumeType() },
        'p' => header with { ParentId = _input.UInt32(VolumeField) },
        'c' => header with { CloneId = _input.UInt32(VolumeField) },
        'q' => header with { MaxQuota = _input.UInt32(VolumeField) },
        'm' => header with { MinQuota = _input.UInt32(VolumeField) },
        'd' => header with { DiskUsed = _input.UInt32(VolumeField) },
        'f' => header with { FileCount = _input.UInt32(VolumeField) },
        'a' => header with { Account = _input.UInt32(VolumeField) },
        'o' => header with { Owner = _input.UInt32(VolumeField) },
        'C' => header with { CreationDate = _input.UInt32(VolumeField) },
        'A' => header with { AccessDate = _input.UInt32(VolumeField) },
        'U' => header with { UpdateDate = _input.UInt32(VolumeField) },
        'E' => header with { ExpirationDate = _input.UInt32(VolumeField) },
        'B' => header with { BackupDate = _input.UInt32(VolumeField) },
        'O' => header with { OfflineMessage = ReadText() },
        'M' => header with { Message = ReadText() },
        'W' => header with { WeekUse = ReadNumbers(DumpTags.WeekDays, VolumeField) },
        'D' => header with { DayUseDate = _input.UInt32(VolumeField) },
        'Z' => header with { DayUse = _input.UInt32(VolumeField) },
        'V' => header with { UpdateCounter = _input.UInt32(VolumeField) },
        _ => null,
    };

    /// <summary>The next tag, or null where the section ends.</summary>
    private byte? NextField(string expected, ref SeenTags seen)
    {
        byte tag = _input.Peek(expected);
        if (tag <= DumpTags.LastSection)
        {
            return null;
        }

        if (seen.Contains(tag))
        {
            throw _input.Damaged(_input.Offset, $"{expected} that has not come yet", $"'{(char)tag}' a second time");
        }

        return _input.Byte(expected);
    }

    private void Known(byte tag, ref SeenTags seen)
    {
        _nextIsCritical = false;
        seen.Add(tag);
    }

    private VolumeType ReadVolumeType()
    {
        byte type = _input.Byte(VolumeField);
        return type <= (byte)VolumeType.Backup
            ? (VolumeType)type
            : throw _input.Damaged(_input.Offset - 1, "a volume type from 0 to 2", $"{type}");
    }

    private DumpInterval[] ReadIntervals()
    {
        long offset = _input.Offset;
        uint[] times = ReadNumbers(2 * DumpTags.MaxIntervals, HeaderField);
        if (times.Length % 2 != 0)
        {
            throw _input.Damaged(offset, "pairs of times", $"{times.Length} times");
        }

        DumpInterval[] intervals = new DumpInterval[times.Length / 2];
        for (int i = 0; i < intervals.Length; i++)
        {
            intervals[i] = new DumpInterval(times[2 * i], times[(2 * i) + 1]);
        }

        return intervals;
    }

    private uint[] ReadNumbers(int most, string expected)
    {
        long offset = _input.Offset;
        int count = _input.UInt16(expected);
        if (count > most)
        {
            throw _input.Damaged(offset, $"at most {most} numbers", $"{count}");
        }

        uint[] numbers = new uint[count];
        for (int i = 0; i < count; i++)
        {
            numbers[i] = _input.UInt32(expected);
        }

        return numbers;
    }

    private string ReadText()
    {
        long offset = _input.Offset;
        Span<byte> text = stackalloc byte[DumpTags.MaxText];
        for (int length = 0; length < text.Length; length++)
        {
            text[length] = _input.Byte("the NUL that ends a text");
            if (text[length] == 0)
            {
                return Encoding.Latin1.GetString(text[..length]);
            }
        }

        throw _input.Damaged(offset, $"a text of less than {DumpTags.MaxText} bytes", "no NUL within them");
    }

    /// <summary>The tags that have come in a section: a field that comes twice has no value.</summary>
    private struct SeenTags
    {
        private UInt128 _tags;

        public readonly bool Contains(byte tag) => tag <= DumpTags.LastTag && ((_tags >> tag) & UInt128.One) != UInt128.Zero;

        public void Add(byte tag) => _tags |= UInt128.One << tag;
    }
}
