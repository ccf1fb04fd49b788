namespace SnapFs.Afs.Dumps;

public sealed partial class DumpReader
{
    private const string Field = "a field of a vnode";

    private void BeginRecord()
    {
        const int BothNumbers = 2 * sizeof(uint);
        long offset = _input.Offset;
        _input.Preview(BothNumbers);
        _record = new VnodeRecord
        {
            Vnode = _input.UInt32("a vnode number"),
            Uniq = _input.UInt32("a uniquifier"),
            IsBare = true,
        };
        _nextIsCritical = false;
        if (_record.Vnode == 0)
        {
            throw _input.Damaged(offset, "a vnode number", "0");
        }
    }

    private DumpStep ReadFields()
    {
        while (true)
        {
            byte tag = _input.Peek(Field);
            if (tag <= DumpTags.LastSection)
            {
                return EndRecord();
            }

            _record.IsBare = false;
            VnodeFields field = FieldOf(tag);
            if (field == VnodeFields.None)
            {
                SkipUnknown(_input.Byte(Field));
                continue;
            }

            if ((_record.Fields & field) != 0)
            {
                throw _input.Damaged(_input.Offset, $"a field of vnode {_record} that has not come yet", $"'{(char)tag}' a second time");
            }

            _input.Byte(Field);
            _nextIsCritical = false;
            _record.Fields |= field;
            if (field == VnodeFields.Content)
            {
                return BeginContent(tag == (byte)'f' ? _input.UInt32(Field) : ReadLongLength());
            }

            ReadField(field);
        }
    }

    private static VnodeFields FieldOf(byte tag) => (char)tag switch
    {
        't' => VnodeFields.Type,
        'l' => VnodeFields.Links,
        'v' => VnodeFields.DataVersion,
        'm' => VnodeFields.Modified,
        'a' => VnodeFields.Author,
        'o' => VnodeFields.Owner,
        'g' => VnodeFields.Group,
        'b' => VnodeFields.Mode,
        'p' => VnodeFields.Parent,
        's' => VnodeFields.ServerModified,
        'A' => VnodeFields.AccessList,
        'f' or 'h' => VnodeFields.Content,
        _ => VnodeFields.None,
    };

    private void ReadField(VnodeFields field)
    {
        switch (field)
        {
            case VnodeFields.Type:
                _record.Type = ReadVnodeType();
                break;
            case VnodeFields.Links:
                _record.Links = _input.UInt16(Field);
                break;
            case VnodeFields.DataVersion:
                _record.DataVersion = _input.UInt32(Field);
                break;
            case VnodeFields.Modified:
                _record.Modified = _input.UInt32(Field);
                break;
            case VnodeFields.Author:
                _record.Author = unchecked((int)_input.UInt32(Field));
                break;
            case VnodeFields.Owner:
                _record.Owner = unchecked((int)_input.UInt32(Field));
                break;
            case VnodeFields.Group:
                _record.Group = _input.UInt32(Field);
                break;
            case VnodeFields.Mode:
                _record.Mode = _input.UInt16(Field);
                break;
            case VnodeFields.Parent:
                _record.Parent = _input.UInt32(Field);
                break;
            case VnodeFields.ServerModified:
                _record.ServerModified = _input.UInt32(Field);
                break;
            default:
                _record.AccessList = _input.Take(VnodeRecord.AccessListLength, "an access list").ToArray();
                break;
        }
    }

    private VnodeType ReadVnodeType()
    {
        byte type = _input.Byte(Field);
        return type is >= (byte)VnodeType.File and <= (byte)VnodeType.Symlink
            ? (VnodeType)type
            : throw _input.Damaged(_input.Offset - 1, $"a type from 1 to 3 of vnode {_record}", $"{type}");
    }

    private long ReadLongLength()
    {
        long offset = _input.Offset;
        _input.Preview(sizeof(ulong));
        ulong high = _input.UInt32(Field);
        ulong length = (high << 32) | _input.UInt32(Field);
        return high >> 30 == 0
            ? (long)length
            : throw _input.Damaged(offset, $"a length below 2^62 of the content of vnode {_record}", $"{length}");
    }

    private DumpStep EndRecord()
    {
        if (!_record.IsBare)
        {
            if (_record.Type == VnodeType.None)
            {
                throw _input.Damaged(_input.Offset, $"the type of vnode {_record}", "the end of its fields");
            }

            // A server keeps directories in one index and all else in another, and the number says in which.
            if (_record.Type == VnodeType.Directory != (_record.Vnode % 2 == 1))
            {
                throw _input.Damaged(
                    _input.Offset, "odd numbers for directories, even ones for all else", $"{_record.Type} {_record}");
            }
        }

        _input.MarkWhole(_record.Vnode, _record.Uniq, _record.Type == VnodeType.File);
        _state = State.BetweenRecords;
        return DumpStep.Record;
    }
}
