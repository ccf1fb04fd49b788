using SnapFs.Binary;

namespace SnapFs.Afs.Trees;

/// <summary>The names of a volume that lead to vnodes which a cut dump did not reach: 24 bytes a name and its own.</summary>
/// <remarks>Not thread-safe while names are added.</remarks>
internal sealed class LostNames
{
    private readonly List<Entry> _entries = [];
    private readonly ByteWriter _names = new();

    public int Count => _entries.Count;

    /// <summary>Bytes of all names.</summary>
    public int Length => _names.Length;

    /// <summary>In the order of directories, then of names.</summary>
    public IEnumerable<LostName> All
    {
        get
        {
            ReadOnlyMemory<byte> names = _names.ToArray();
            foreach (Entry entry in _entries)
            {
                yield return new LostName(entry.Directory, entry.Vnode, entry.Uniq, names.Slice(entry.Offset, entry.Length));
            }
        }
    }

    public void Add(int directory, uint vnode, uint uniq, ReadOnlySpan<byte> name)
    {
        _entries.Add(new Entry(directory, vnode, uniq, _names.Length, name.Length));
        _names.Bytes(name);
    }

    /// <summary>Makes names findable; call it after the last was added.</summary>
    public void Sort() => _entries.Sort((first, second) => Compare(first, second.Directory, NameOf(second)));

    public bool Contains(int directory, ReadOnlySpan<byte> name)
    {
        int low = 0;
        int high = _entries.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            int order = Compare(_entries[middle], directory, name);
            if (order == 0)
            {
                return true;
            }

            low = order < 0 ? middle + 1 : low;
            high = order < 0 ? high : middle - 1;
        }

        return false;
    }

    private int Compare(Entry entry, int directory, ReadOnlySpan<byte> name)
    {
        int byDirectory = entry.Directory.CompareTo(directory);
        return byDirectory != 0 ? byDirectory : NameOf(entry).SequenceCompareTo(name);
    }

    private ReadOnlySpan<byte> NameOf(Entry entry) => _names.Written.Slice(entry.Offset, entry.Length);

    private readonly record struct Entry(int Directory, uint Vnode, uint Uniq, int Offset, int Length);
}
