using System.Runtime.InteropServices;
using SnapFs.Mount.Fuse.Abi;
using SnapFs.Mount.Nodes;

namespace SnapFs.Mount.Fuse.Requests;

/// <summary>Writes the records of READDIR or READDIRPLUS into a buffer.</summary>
internal ref struct DirectoryWriter(Span<byte> buffer, bool isPlus) : IDirectorySink
{
    private const int EntryLength = 128;
    private const int DirentLength = 24;
    private readonly Span<byte> _buffer = buffer;

    /// <summary>Bytes written.</summary>
    internal int Length { get; private set; }

    public bool Add(ReadOnlySpan<byte> name, ulong position, in NodeEntry entry)
    {
        int prefix = isPlus ? EntryLength : 0;
        int length = (prefix + DirentLength + name.Length + 7) & ~7;
        if (length > _buffer.Length - Length)
        {
            return false;
        }

        Span<byte> record = _buffer.Slice(Length, length);
        if (isPlus)
        {
            FuseEntryOut plus = FuseConversions.ToEntry(in entry);
            MemoryMarshal.Write(record, in plus);
        }

        FuseDirent dirent = new()
        {
            Inode = entry.Attributes.Inode,
            Offset = position,
            NameLength = (uint)name.Length,
            Type = FuseConversions.DirectoryTypeOf(entry.Attributes.Type),
        };
        MemoryMarshal.Write(record[prefix..], in dirent);
        Span<byte> tail = record[(prefix + DirentLength)..];
        name.CopyTo(tail);
        tail[name.Length..].Clear();
        Length += length;
        return true;
    }
}
