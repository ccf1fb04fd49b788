using SnapFs.Binary;
using SnapFs.Chunks;
using SnapFs.Posix.Files;
using SnapFs.Trees;

namespace SnapFs.Files.Scanning;

/// <summary>Reads the extended attributes of an open file. Not thread-safe; reusable.</summary>
internal sealed class XattrCollector
{
    private readonly IChunkSink _sink;
    private readonly byte[] _list = GC.AllocateUninitializedArray<byte>(65_536, pinned: true);
    private readonly byte[] _value = GC.AllocateUninitializedArray<byte>(TreeLimits.MaxXattrValue, pinned: true);
    private readonly ByteWriter _result = new();

    /// <param name="sink">Where large values are put.</param>
    public XattrCollector(IChunkSink sink) => _sink = sink;

    /// <summary>The attributes read last, as a node holds them; empty if there are none.</summary>
    public ReadOnlySpan<byte> Result => _result.Written;

    /// <summary>Forgets the last result.</summary>
    public void Clear() => _result.Clear();

    /// <summary>Reads all attributes.</summary>
    /// <param name="fd">An open file.</param>
    /// <param name="isPathOnly">Whether it was opened with O_PATH; it is then reached through /proc/self/fd.</param>
    /// <returns>0 or an errno.</returns>
    public int Read(int fd, bool isPathOnly)
    {
        _result.Clear();
        byte[] path = isPathOnly ? ProcPath.Of(fd) : [];
        nint length = isPathOnly
            ? Interop.Libc.listxattr(in path[0], ref _list[0], _list.Length)
            : Interop.Libc.flistxattr(fd, ref _list[0], _list.Length);
        if (length == 0)
        {
            return 0;
        }

        if (length < 0)
        {
            int error = Interop.Libc.Errno;
            return error == Interop.Libc.EOPNOTSUPP ? 0 : error;
        }

        foreach (Range range in SortedNames(_list.AsSpan(0, (int)length)))
        {
            int error = ReadOne(fd, path, range);
            if (error != 0)
            {
                return error;
            }
        }

        return 0;
    }

    private int ReadOne(int fd, byte[] path, Range range)
    {
        ReadOnlySpan<byte> name = _list.AsSpan(range);
        ref readonly byte nativeName = ref _list[range.Start.Value];
        nint length = path.Length > 0
            ? Interop.Libc.getxattr(in path[0], in nativeName, ref _value[0], _value.Length)
            : Interop.Libc.fgetxattr(fd, in nativeName, ref _value[0], _value.Length);
        if (length < 0)
        {
            // An attribute removed since it was listed changes the ctime, which the caller looks at.
            int error = Interop.Libc.Errno;
            return error == Interop.Libc.ENODATA ? 0 : error;
        }

        ReadOnlySpan<byte> value = _value.AsSpan(0, (int)length);
        if (!TreeLimits.IsXattrInline(value.Length, _result.Length))
        {
            ChunkRef chunk = new(_sink.Put(ChunkKind.Data, value), value.Length);
            XattrReader.Write(_result, name, in chunk);
        }
        else
        {
            XattrReader.Write(_result, name, value);
        }

        return 0;
    }

    private static List<Range> SortedNames(ReadOnlySpan<byte> list)
    {
        List<Range> names = [];
        for (int start = 0; start < list.Length;)
        {
            int end = start + list[start..].IndexOf((byte)0);
            if (end > start)
            {
                names.Add(start..end);
            }

            start = end + 1;
        }

        byte[] copy = list.ToArray();
        names.Sort((left, right) => copy.AsSpan(left).SequenceCompareTo(copy.AsSpan(right)));
        return names;
    }
}
