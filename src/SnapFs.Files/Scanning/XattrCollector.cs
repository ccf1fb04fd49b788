using SnapFs.Binary;
using SnapFs.Chunks;
using SnapFs.Owners;
using SnapFs.Posix.Files;
using SnapFs.Trees;

namespace SnapFs.Files.Scanning;

/// <summary>Reads the extended attributes of an open file. What cannot be read is left out. Not thread-safe; reusable.</summary>
internal sealed class XattrCollector
{
    private readonly WalkServices _services;
    private readonly byte[] _list = GC.AllocateUninitializedArray<byte>(65_536, pinned: true);
    private readonly byte[] _value = GC.AllocateUninitializedArray<byte>(TreeLimits.MaxXattrValue, pinned: true);
    private readonly ByteWriter _result = new();
    private byte[] _firstFailure = [];

    /// <param name="services">Where large values are put.</param>
    public XattrCollector(WalkServices services) => _services = services;

    /// <summary>The attributes read last, as a node holds them; empty if there are none.</summary>
    public ReadOnlySpan<byte> Result => _result.Written;

    /// <summary>The error number of what was left out first; 0 if all was read.</summary>
    public int Error { get; private set; }

    /// <summary>Attributes that were left out; 0 with an <see cref="Error"/> if not even their names could be had.</summary>
    public int Failures { get; private set; }

    /// <summary>One line about what was left out, without the words of the error.</summary>
    public string Finding => Failures switch
    {
        0 => "cannot list its extended attributes",
        1 => $"cannot read its extended attribute {RawPath.ToText(_firstFailure)}",
        _ => $"cannot read {Failures} of its extended attributes, the first {RawPath.ToText(_firstFailure)}",
    };

    /// <summary>Forgets the last result.</summary>
    public void Clear()
    {
        _result.Clear();
        Error = 0;
        Failures = 0;
    }

    /// <summary>Reads all attributes.</summary>
    /// <param name="fd">An open file.</param>
    /// <param name="isPathOnly">Whether it was opened with O_PATH; it is then reached through /proc/self/fd.</param>
    public void Read(int fd, bool isPathOnly)
    {
        Clear();
        byte[] path = isPathOnly ? ProcPath.Of(fd) : [];
        nint length = isPathOnly
            ? Interop.Libc.listxattr(in path[0], ref _list[0], _list.Length)
            : Interop.Libc.flistxattr(fd, ref _list[0], _list.Length);
        if (length < 0)
        {
            int error = Interop.Libc.Errno;
            Error = error == Interop.Libc.EOPNOTSUPP ? 0 : error;
        }
        else if (length > 0)
        {
            foreach (Range range in SortedNames(_list.AsSpan(0, (int)length)))
            {
                ReadOne(fd, path, range);
            }
        }
    }

    private void ReadOne(int fd, byte[] path, Range range)
    {
        _services.Stop.ThrowIfCancellationRequested();
        ReadOnlySpan<byte> name = _list.AsSpan(range);
        ref readonly byte nativeName = ref _list[range.Start.Value];
        nint length = path.Length > 0
            ? Interop.Libc.getxattr(in path[0], in nativeName, ref _value[0], _value.Length)
            : Interop.Libc.fgetxattr(fd, in nativeName, ref _value[0], _value.Length);
        int error = length < 0 ? Interop.Libc.Errno : name.Length > TreeLimits.MaxXattrName ? Interop.Libc.ERANGE : 0;
        if (error == Interop.Libc.ENODATA)
        {
            return; // removed since it was listed; that changes the ctime, which the caller looks at
        }

        if (error != 0)
        {
            _firstFailure = Failures == 0 ? name.ToArray() : _firstFailure;
            Error = Failures == 0 ? error : Error;
            Failures++;
            return;
        }

        ReadOnlySpan<byte> value = _value.AsSpan(0, (int)length);
        bool isInline = PosixAcl.IsList(name)
            ? value.Length <= TreeLimits.MaxInlineAccessList // so that the page has the names it lets in
            : TreeLimits.IsXattrInline(value.Length, _result.Length);
        if (!isInline)
        {
            ChunkRef chunk = new(_services.Sink.Put(ChunkKind.Data, value), value.Length);
            XattrReader.Write(_result, name, in chunk);
        }
        else
        {
            XattrReader.Write(_result, name, value);
        }
    }

    private static List<Range> SortedNames(ReadOnlySpan<byte> list)
    {
        List<Range> names = [];
        for (int start = 0; start < list.Length;)
        {
            int length = list[start..].IndexOf((byte)0);
            if (length < 0)
            {
                break; // a list that does not end with NUL: its last name cannot be asked for
            }

            if (length > 0)
            {
                names.Add(start..(start + length));
            }

            start += length + 1;
        }

        byte[] copy = list.ToArray();
        names.Sort((left, right) => copy.AsSpan(left).SequenceCompareTo(copy.AsSpan(right)));
        int kept = 0;
        for (int i = 0; i < names.Count; i++)
        {
            if (kept == 0 || !copy.AsSpan(names[i]).SequenceEqual(copy.AsSpan(names[kept - 1])))
            {
                names[kept++] = names[i];
            }
        }

        names.RemoveRange(kept, names.Count - kept);
        return names;
    }
}
