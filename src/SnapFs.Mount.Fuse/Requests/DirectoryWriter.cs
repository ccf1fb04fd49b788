using System.Runtime.CompilerServices;
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

/// <summary>Goes through the nodes that a reply to LOOKUP or READDIRPLUS gives.</summary>
internal ref struct DirectoryReader(ReadOnlySpan<byte> body, bool isLookup)
{
    private ReadOnlySpan<byte> _rest = body;

    /// <summary>Goes on to the next node; false at the end.</summary>
    internal bool Next(out ulong nodeId)
    {
        if (!MemoryMarshal.TryRead(_rest, out FuseEntryOut entry))
        {
            nodeId = 0;
            return false;
        }

        nodeId = entry.NodeId;
        _rest = _rest[Unsafe.SizeOf<FuseEntryOut>()..];
        if (!isLookup && MemoryMarshal.TryRead(_rest, out FuseDirent dirent))
        {
            int length = (Unsafe.SizeOf<FuseDirent>() + (int)dirent.NameLength + 7) & ~7;
            _rest = _rest[Math.Min(length, _rest.Length)..];
        }

        return true;
    }
}
