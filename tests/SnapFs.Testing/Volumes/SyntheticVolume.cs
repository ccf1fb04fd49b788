using System.Text;
using SnapFs.Afs.Acls;
using SnapFs.Afs.Directories;
using SnapFs.Afs.Dumps;
using SnapFs.Binary;

namespace SnapFs.Testing.Volumes;

/// <summary>
/// A made-up volume of any size whose full dump is made while it is read: below the root <see cref="Directories"/>
/// directories <c>d0</c>, <c>d1</c>… with equal shares of <see cref="Files"/> files <c>f0</c>, <c>f1</c>…, and in the root a
/// symlink <c>link</c>, a mount point <c>mount</c>, and <c>hard</c>, a second name of the root's own file <c>file</c>.
/// </summary>
public sealed record SyntheticVolume
{
    private const int PieceLength = 64 * 1024;
    private const uint LinkVnode = 2;
    private const uint MountVnode = 4;
    private const uint FileVnode = 6;
    private const uint FirstFileVnode = 8;

    /// <summary>Directories below the root, at least 1; a directory holds some 60,000 files at most.</summary>
    public int Directories { get; init; } = 1;

    /// <summary>Files in these directories.</summary>
    public int Files { get; init; } = 10;

    /// <summary>Bytes of a file, by its number.</summary>
    public Func<int, long> LengthOf { get; init; } = file => file % 100;

    /// <summary>Bytes of <c>file</c>; beyond 4 GiB it has a long length field.</summary>
    public long RootFileLength { get; init; } = 5;

    /// <summary>Fills pieces of contents in the order of the dump, in place of <see cref="ContentAt"/>; such a dump can be
    /// read only once.</summary>
    public Action<byte[]>? Content { get; init; }

    /// <summary>Id of the volume.</summary>
    public uint Id { get; init; } = 536870999;

    /// <summary>Name of the volume.</summary>
    public string Name { get; init; } = "synthetic";

    /// <summary>All times in the full dump, seconds since 1970.</summary>
    public uint Time { get; init; } = 1_795_229_063;

    /// <summary>The byte at an offset of a file; -1 is the root's own.</summary>
    public static byte ContentAt(int file, long offset) => unchecked((byte)((offset % 251) + (offset / PieceLength * 7) + file));

    /// <summary>The full dump.</summary>
    public Stream OpenDump() => new PieceStream(Dump());

    /// <summary>An increment on the full dump: one file's content is of another file, all else is listed as unchanged.</summary>
    /// <param name="changed">The file.</param>
    /// <param name="time">When it was changed; later than <see cref="Time"/>.</param>
    /// <param name="like">The file whose content it has from then on.</param>
    /// <param name="accessed">The last access, if it is later than <paramref name="time"/>.</param>
    public Stream OpenIncrement(int changed, uint time, int like, uint accessed = 0) =>
        new PieceStream(Increment(changed, time, like, accessed));

    private IEnumerable<ReadOnlyMemory<byte>> Increment(int changed, uint time, int like, uint accessed)
    {
        ByteWriter writer = new();
        WriteHeaders(writer, new DumpInterval(Time + 1, time), Math.Max(time, accessed));
        for (int directory = -1; directory < Directories; directory++)
        {
            WriteBare(writer, DirectoryVnode(directory));
        }

        WriteBare(writer, LinkVnode);
        WriteBare(writer, MountVnode);
        for (int file = -1; file < Files; file++)
        {
            if (file != changed)
            {
                WriteBare(writer, VnodeOf(file));
                if (writer.Length >= PieceLength)
                {
                    yield return Take(writer);
                }

                continue;
            }

            yield return Take(writer);
            long length = LengthOf(like);
            yield return Record(
                writer, VnodeOf(file), VnodeType.File, 0x1A4, DirectoryVnode(file % Directories), length);
            for (long offset = 0; offset < length; offset += PieceLength)
            {
                yield return Piece(like, offset, (int)Math.Min(PieceLength, length - offset));
            }
        }

        DumpEncoder.End(writer);
        yield return Take(writer);
    }

    private void WriteHeaders(ByteWriter writer, DumpInterval interval, uint accessed)
    {
        DumpEncoder.Header(writer, new DumpHeader { VolumeId = Id, Name = Name, Intervals = [interval] });
        DumpEncoder.Volume(writer, new VolumeHeader
        {
            Id = Id,
            Name = Name,
            ParentId = Id,
            Uniquifier = uint.MaxValue,
            CreationDate = Time,
            UpdateDate = interval.To,
            AccessDate = accessed,
        });
    }

    private static void WriteBare(ByteWriter writer, uint vnode)
    {
        VnodeRecord record = new() { Vnode = vnode, Uniq = vnode, IsBare = true };
        DumpEncoder.Record(writer, in record);
    }

    private IEnumerable<ReadOnlyMemory<byte>> Dump()
    {
        ByteWriter writer = new();
        WriteHeaders(writer, new DumpInterval(0, Time), Time);
        yield return Take(writer);
        for (int directory = -1; directory < Directories; directory++)
        {
            byte[] content = directory < 0 ? RootContent() : ContentOf(directory);
            yield return Record(writer, DirectoryVnode(directory), VnodeType.Directory, 0x1ED, 1, content.Length);
            yield return content;
        }

        yield return Record(writer, LinkVnode, VnodeType.Symlink, 0x1ED, 1, 4);
        yield return "file"u8.ToArray();
        yield return Record(writer, MountVnode, VnodeType.Symlink, 0x1A4, 1, 12);
        yield return "#root.other."u8.ToArray();
        for (int file = -1; file < Files; file++)
        {
            long length = file < 0 ? RootFileLength : LengthOf(file);
            uint parent = file < 0 ? 1 : DirectoryVnode(file % Directories);
            yield return Record(writer, VnodeOf(file), VnodeType.File, 0x1A4, parent, length);
            for (long offset = 0; offset < length; offset += PieceLength)
            {
                yield return Piece(file, offset, (int)Math.Min(PieceLength, length - offset));
            }
        }

        DumpEncoder.End(writer);
        yield return Take(writer);
    }

    private ReadOnlyMemory<byte> Record(
        ByteWriter writer, uint vnode, VnodeType type, ushort mode, uint parent, long contentLength)
    {
        VnodeRecord record = new()
        {
            Vnode = vnode,
            Uniq = vnode,
            Fields = VnodeFields.Content,
            Type = type,
            Mode = mode,
            Links = vnode == FileVnode ? (ushort)2 : (ushort)1,
            DataVersion = 1,
            Modified = Time,
            Author = 1,
            Owner = 1001,
            Parent = vnode == 1 ? 0 : parent,
            ServerModified = Time,
            ContentLength = contentLength,
        };
        if (type == VnodeType.Directory)
        {
            record.Links = vnode == 1 ? (ushort)Math.Min(ushort.MaxValue, 2 + Directories) : (ushort)2;
            record.AccessList = new AfsAccessList([new AfsAccessEntry(1001, (AfsRights)0x7F)], []).Encode();
        }

        DumpEncoder.Record(writer, in record);
        return Take(writer);
    }

    private byte[] RootContent()
    {
        DirectoryBuilder root = new(1, 1, 1, 1);
        root.Add("link"u8, LinkVnode, LinkVnode);
        root.Add("mount"u8, MountVnode, MountVnode);
        root.Add("file"u8, FileVnode, FileVnode);
        root.Add("hard"u8, FileVnode, FileVnode);
        for (int directory = 0; directory < Directories; directory++)
        {
            root.Add(Encoding.ASCII.GetBytes($"d{directory}"), DirectoryVnode(directory), DirectoryVnode(directory));
        }

        return root.ToArray();
    }

    private byte[] ContentOf(int directory)
    {
        DirectoryBuilder content = new(DirectoryVnode(directory), DirectoryVnode(directory), 1, 1);
        for (int file = directory; file < Files; file += Directories)
        {
            uint vnode = VnodeOf(file);
            content.Add(Encoding.ASCII.GetBytes($"f{file}"), vnode, vnode);
        }

        return content.ToArray();
    }

    private static uint DirectoryVnode(int directory) => (uint)((2 * directory) + 3);

    private static uint VnodeOf(int file) => (uint)(FirstFileVnode + (2L * file));

    private byte[] Piece(int file, long offset, int length)
    {
        byte[] piece = new byte[length];
        if (Content is not null)
        {
            Content(piece);
            return piece;
        }

        for (int i = 0; i < length; i++)
        {
            piece[i] = ContentAt(file, offset + i);
        }

        return piece;
    }

    /// <summary>What was written, the stream's from now on.</summary>
    private static byte[] Take(ByteWriter writer)
    {
        byte[] written = writer.ToArray();
        writer.Clear();
        return written;
    }
}
