using System.Buffers.Binary;
using System.Text;
using SnapFs.Binary;

namespace SnapFs.Afs.Dumps;

/// <summary>Appends the parts of a dump to a buffer, in the order and form in which <c>vos</c> 1.8 writes them.</summary>
/// <remarks><c>vos</c> lists the odd vnodes ascending and then the even ones ascending; that is up to the caller.</remarks>
public static class DumpEncoder
{
    /// <summary>Bytes of a record without fields.</summary>
    public const int BareLength = 9;

    /// <summary>Bytes of <see cref="End"/>.</summary>
    public const int EndLength = 5;

    /// <summary>Bytes of the fields of a record that are always there, with vnode, uniquifier and tags.</summary>
    private const int FixedLength = BareLength + 2 + 3 + 5 + 5 + 5 + 5 + 3 + 5 + 5;

    private const int ContentHeaderLength = 5;
    private const int LongContentHeaderLength = 9;

    /// <summary>Begin mark, version and the dump header.</summary>
    public static void Header(ByteWriter writer, DumpHeader header)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(header);
        writer.Byte(DumpTags.DumpHeader);
        UInt32(writer, DumpTags.BeginMagic);
        UInt32(writer, DumpTags.Version);
        Number(writer, 'v', header.VolumeId);
        Text(writer, 'n', header.Name);
        writer.Byte((byte)'t');
        UInt16(writer, (ushort)(2 * header.Intervals.Count));
        foreach (DumpInterval interval in header.Intervals)
        {
            UInt32(writer, interval.From);
            UInt32(writer, interval.To);
        }
    }

    /// <summary>The volume header; <see cref="VolumeHeader.UpdateCounter"/> is left out, as <c>vos</c> does.</summary>
    public static void Volume(ByteWriter writer, VolumeHeader header)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(header);
        writer.Byte(DumpTags.VolumeHeader);
        Number(writer, 'i', header.Id);
        Number(writer, 'v', header.FormatVersion);
        Text(writer, 'n', header.Name);
        Byte(writer, 's', header.InService);
        Byte(writer, 'b', header.Blessed);
        Number(writer, 'u', header.Uniquifier);
        Byte(writer, 't', (byte)header.Type);
        Number(writer, 'p', header.ParentId);
        Number(writer, 'c', header.CloneId);
        Number(writer, 'q', header.MaxQuota);
        Number(writer, 'm', header.MinQuota);
        Number(writer, 'd', header.DiskUsed);
        Number(writer, 'f', header.FileCount);
        Number(writer, 'a', header.Account);
        Number(writer, 'o', header.Owner);
        Number(writer, 'C', header.CreationDate);
        Number(writer, 'A', header.AccessDate);
        Number(writer, 'U', header.UpdateDate);
        Number(writer, 'E', header.ExpirationDate);
        Number(writer, 'B', header.BackupDate);
        Text(writer, 'O', header.OfflineMessage);
        Text(writer, 'M', header.Message);
        writer.Byte((byte)'W');
        UInt16(writer, (ushort)header.WeekUse.Count);
        foreach (uint uses in header.WeekUse)
        {
            UInt32(writer, uses);
        }

        Number(writer, 'D', header.DayUseDate);
        Number(writer, 'Z', header.DayUse);
    }

    /// <summary>A record that says that a vnode is as it was.</summary>
    public static void Bare(ByteWriter writer, uint vnode, uint uniq)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Byte(DumpTags.Vnode);
        UInt32(writer, vnode);
        UInt32(writer, uniq);
    }

    /// <summary>A record up to its content: <see cref="VnodeRecord.ContentLength"/> bytes have to follow. A bare record
    /// stays bare; of the others, every field but the group, the access list and the content is written, there or not.</summary>
    public static void Record(ByteWriter writer, in VnodeRecord record)
    {
        Bare(writer, record.Vnode, record.Uniq);
        if (record.IsBare)
        {
            return;
        }

        Byte(writer, 't', (byte)record.Type);
        Short(writer, 'l', record.Links);
        Number(writer, 'v', record.DataVersion);
        Number(writer, 'm', record.Modified);
        Number(writer, 'a', unchecked((uint)record.Author));
        Number(writer, 'o', unchecked((uint)record.Owner));
        if (record.Group != 0)
        {
            Number(writer, 'g', record.Group);
        }

        Short(writer, 'b', record.Mode);
        Number(writer, 'p', record.Parent);
        Number(writer, 's', record.ServerModified);
        if (record.AccessList is byte[] accessList)
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(accessList.Length, VnodeRecord.AccessListLength);
            writer.Byte((byte)'A');
            writer.Bytes(accessList);
        }

        if (record.HasContent)
        {
            ContentHeader(writer, record.ContentLength);
        }
    }

    /// <summary>Bytes that <see cref="Record"/> appends, the content not counted.</summary>
    public static int RecordLength(in VnodeRecord record)
    {
        if (record.IsBare)
        {
            return BareLength;
        }

        int length = FixedLength + (record.Group != 0 ? 5 : 0);
        length += record.AccessList is null ? 0 : 1 + VnodeRecord.AccessListLength;
        return !record.HasContent ? length
            : length + (record.ContentLength <= uint.MaxValue ? ContentHeaderLength : LongContentHeaderLength);
    }

    /// <summary>The end mark.</summary>
    public static void End(ByteWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Byte(DumpTags.DumpEnd);
        UInt32(writer, DumpTags.EndMagic);
    }

    private static void ContentHeader(ByteWriter writer, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (length <= uint.MaxValue)
        {
            Number(writer, 'f', (uint)length);
            return;
        }

        Number(writer, 'h', (uint)(length >> 32));
        UInt32(writer, unchecked((uint)length));
    }

    private static void Number(ByteWriter writer, char tag, uint value)
    {
        Span<byte> room = writer.Reserve(1 + sizeof(uint));
        room[0] = (byte)tag;
        BinaryPrimitives.WriteUInt32BigEndian(room[1..], value);
    }

    private static void Short(ByteWriter writer, char tag, ushort value)
    {
        writer.Byte((byte)tag);
        UInt16(writer, value);
    }

    private static void Byte(ByteWriter writer, char tag, byte value)
    {
        writer.Byte((byte)tag);
        writer.Byte(value);
    }

    private static void Text(ByteWriter writer, char tag, string text)
    {
        if (text.AsSpan().ContainsAnyExceptInRange('\x01', '\xFF') || text.Length >= DumpTags.MaxText)
        {
            throw new ArgumentException("a text of a dump is less than 1024 Latin-1 characters without NUL", nameof(text));
        }

        writer.Byte((byte)tag);
        writer.Bytes(Encoding.Latin1.GetBytes(text));
        writer.Byte(0);
    }

    private static void UInt16(ByteWriter writer, ushort value) =>
        BinaryPrimitives.WriteUInt16BigEndian(writer.Reserve(sizeof(ushort)), value);

    private static void UInt32(ByteWriter writer, uint value) =>
        BinaryPrimitives.WriteUInt32BigEndian(writer.Reserve(sizeof(uint)), value);
}
