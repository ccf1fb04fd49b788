using System.Buffers.Binary;
using SnapFs.Posix.Files;
using SnapFs.Trees;

namespace SnapFs.Files.Scanning;

/// <summary>
/// The names of one directory in order of their raw bytes, packed into one array with a NUL after each: 16 bytes and
/// the name for an entry, no object. Not thread-safe while it is filled.
/// </summary>
internal sealed class DirectoryListing
{
    /// <summary>A listing larger than this is not kept for the next directory, bytes.</summary>
    private const int KeepLimit = 1 << 20;

    /// <summary>Names of one directory, bytes: more than any file system holds, except one that makes them up without end.
    /// </summary>
    private const int MaxNames = 1 << 30;

    private const int HeaderLength = 19; // struct linux_dirent64 up to d_name

    private byte[] _names = new byte[256]; // small, for one waits on each level of a deep tree
    private Entry[] _entries = new Entry[8];
    private int _namesLength;

    /// <summary>Entries, <c>.</c> and <c>..</c> left out.</summary>
    public int Count { get; private set; }

    /// <summary>Whether there is a name that is too long to be recorded, as some file systems have them.</summary>
    public bool HasLongNames { get; private set; }

    /// <summary>Whether the arrays are small enough to keep for another directory.</summary>
    public bool IsReusable => _names.Length + (_entries.Length * 16) <= KeepLimit;

    /// <summary>Forgets all entries.</summary>
    public void Clear()
    {
        _namesLength = 0;
        Count = 0;
        HasLongNames = false;
    }

    /// <summary>The raw name of an entry.</summary>
    public ReadOnlySpan<byte> Name(int index) => _names.AsSpan(_entries[index].Offset, _entries[index].Length);

    /// <summary>The name of an entry with a NUL after it, for native calls.</summary>
    public ref readonly byte NativeName(int index) => ref _names[_entries[index].Offset];

    /// <summary>Whether an entry is known to be a directory.</summary>
    public bool IsDirectory(int index) => _entries[index].IsDirectory;

    /// <summary>Adds an entry.</summary>
    public void Add(ReadOnlySpan<byte> name, bool isDirectory)
    {
        if (Count == _entries.Length)
        {
            Array.Resize(ref _entries, Count * 2);
        }

        int end = _namesLength + name.Length + 1;
        if (end > _names.Length)
        {
            Array.Resize(ref _names, Math.Max(end, (int)Math.Min(2L * _names.Length, Array.MaxLength)));
        }

        name.CopyTo(_names.AsSpan(_namesLength));
        _names[end - 1] = 0;
        _entries[Count++] = new Entry(Prefix(name), _namesLength, (ushort)name.Length, isDirectory);
        _namesLength = end;
        HasLongNames |= name.Length > TreeLimits.MaxWrittenName;
    }

    /// <summary>Reads all names of an open directory.</summary>
    /// <param name="directory">A descriptor at the start of the directory.</param>
    /// <param name="buffer">Scratch memory that does not move.</param>
    /// <param name="stop">Ends the reading with an exception.</param>
    /// <returns>0, or the errno that ended the reading; what was read before it is kept.</returns>
    public int Read(int directory, byte[] buffer, CancellationToken stop = default)
    {
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            if (_namesLength > MaxNames)
            {
                return Interop.Libc.E2BIG;
            }

            nint length = Interop.Libc.getdents64(directory, ref buffer[0], buffer.Length);
            if (length <= 0)
            {
                return length == 0 ? 0 : Interop.Libc.Errno;
            }

            ReadOnlySpan<byte> records = buffer.AsSpan(0, (int)length);
            while (!records.IsEmpty)
            {
                int recordLength = BinaryPrimitives.ReadUInt16LittleEndian(records[16..]);
                byte type = records[18];
                ReadOnlySpan<byte> nativeName = records[HeaderLength..recordLength];
                ReadOnlySpan<byte> name = nativeName[..nativeName.IndexOf((byte)0)];
                records = records[recordLength..];
                if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
                {
                    stop.ThrowIfCancellationRequested();
                    Add(name, IsDirectory(directory, type, nativeName));
                }
            }
        }
    }

    /// <summary>Orders the entries and drops second ones of a name.</summary>
    public void Sort()
    {
        _entries.AsSpan(0, Count).Sort(Compare);
        int kept = 0;
        for (int i = 0; i < Count; i++)
        {
            if (kept == 0 || !Name(i).SequenceEqual(Name(kept - 1)))
            {
                _entries[kept++] = _entries[i];
            }
        }

        Count = kept;
    }

    /// <summary>Finds an entry of a sorted listing; -1 if there is none.</summary>
    public int Find(ReadOnlySpan<byte> name)
    {
        int low = 0;
        int high = Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            int order = Name(middle).SequenceCompareTo(name);
            if (order == 0)
            {
                return middle;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return -1;
    }

    /// <summary>Keeps the entries that a test accepts, in their order.</summary>
    public void Keep(Func<int, bool> test)
    {
        int kept = 0;
        for (int i = 0; i < Count; i++)
        {
            if (test(i))
            {
                _entries[kept++] = _entries[i];
            }
        }

        Count = kept;
    }

    private static bool IsDirectory(int directory, byte type, ReadOnlySpan<byte> nativeName)
    {
        const byte Unknown = 0;
        const byte Directory = 4;
        if (type != Unknown)
        {
            return type == Directory;
        }

        // Some file systems do not say.
        return FileStat.At(directory, in nativeName[0], out FileStat stat) == 0
            && stat.Type == NodeType.Directory;
    }

    private static ulong Prefix(ReadOnlySpan<byte> name)
    {
        if (name.Length >= 8)
        {
            return BinaryPrimitives.ReadUInt64BigEndian(name);
        }

        ulong prefix = 0;
        for (int i = 0; i < name.Length; i++)
        {
            prefix |= (ulong)name[i] << (56 - (8 * i));
        }

        return prefix;
    }

    private int Compare(Entry left, Entry right) => left.Prefix != right.Prefix
        ? left.Prefix.CompareTo(right.Prefix)
        : _names.AsSpan(left.Offset, left.Length).SequenceCompareTo(_names.AsSpan(right.Offset, right.Length));

    private readonly record struct Entry(ulong Prefix, int Offset, ushort Length, bool IsDirectory);
}
