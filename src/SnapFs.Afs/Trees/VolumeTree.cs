using System.Runtime.InteropServices;
using System.Text;
using SnapFs.Afs.Chains;

namespace SnapFs.Afs.Trees;

/// <summary>The names of a volume as a tree below its root, and trees of orphans. Immutable.</summary>
/// <remarks>Indices are those of the vnode table. Every directory has at most one name and lies below the root or below one
/// orphan; a file may have several names.</remarks>
public sealed class VolumeTree
{
    private readonly VnodeTable _vnodes;
    private readonly byte[] _names;
    private readonly StoredEntry[] _entries;
    private readonly (int Start, int End)[] _ranges;
    private readonly TreeLinks _links;
    private readonly LostNames? _lost;

    internal VolumeTree(
        VnodeTable vnodes, byte[] names, StoredEntry[] entries, (int Start, int End)[] ranges, TreeLinks links,
        List<TreeProblem> problems, LostNames? lost)
    {
        _vnodes = vnodes;
        _names = names;
        _entries = entries;
        _ranges = ranges;
        _links = links;
        _lost = lost;
        Problems = problems;
    }

    /// <summary>What was wrong, in the order of discovery; empty for a sound volume.</summary>
    public IReadOnlyList<TreeProblem> Problems { get; }

    /// <summary>Number of <see cref="Lost"/>.</summary>
    public int LostCount => _lost?.Count ?? 0;

    /// <summary>Of a dump that was cut off, the names that lead to vnodes after its end.</summary>
    public IEnumerable<LostName> Lost => _lost?.All ?? [];

    /// <summary>Vnodes that hang nowhere; what lies below them is not repeated here.</summary>
    public IReadOnlyList<int> Orphans => _links.Orphans;

    /// <summary>The root, if there is one, and all directories below it, each after the one that it is in.</summary>
    public ReadOnlySpan<int> Directories => CollectionsMarshal.AsSpan(_links.Order)[.._links.Reached];

    /// <summary>Directories that are orphans or below orphans, each after the one that it is in.</summary>
    public ReadOnlySpan<int> OrphanDirectories => CollectionsMarshal.AsSpan(_links.Order)[_links.Reached..];

    /// <summary>The entries of a directory, sorted by the bytes of their names, no name twice.</summary>
    /// <param name="directory">Index of the directory.</param>
    public IEnumerable<TreeEntry> EntriesOf(int directory)
    {
        (int start, int end) = _ranges[directory];
        for (int i = start; i < end; i++)
        {
            StoredEntry entry = _entries[i];
            if (entry.Child >= _ranges.Length || _links.EntryOf[entry.Child] == i)
            {
                yield return new TreeEntry(
                    entry.Directory, entry.Child, _names.AsMemory(entry.NameOffset, entry.NameLength));
            }
        }
    }

    /// <summary>Whether a name is one of <see cref="Lost"/>.</summary>
    /// <param name="directory">Index of the directory.</param>
    /// <param name="name">The name's bytes.</param>
    public bool IsLost(int directory, ReadOnlySpan<byte> name) => _lost?.Contains(directory, name) ?? false;

    /// <summary>The path of a vnode from the root, names joined by slashes: empty for the root, that of the first name for a
    /// file with several. What hangs below an orphan begins with the orphan's vnode instead, <c>6.249</c>.</summary>
    /// <param name="index">Index of the vnode.</param>
    public byte[] PathOf(int index)
    {
        List<ReadOnlyMemory<byte>> parts = [];
        int at = index;
        while (_links.EntryOf[at] >= 0)
        {
            StoredEntry entry = _entries[_links.EntryOf[at]];
            parts.Add(_names.AsMemory(entry.NameOffset, entry.NameLength));
            at = entry.Directory;
        }

        if (_vnodes.VnodeAt(at) != 1)
        {
            parts.Add(Encoding.ASCII.GetBytes($"{_vnodes.VnodeAt(at)}.{_vnodes.UniqAt(at)}"));
        }

        using MemoryStream path = new();
        for (int i = parts.Count - 1; i >= 0; i--)
        {
            path.Write(parts[i].Span);
            path.Write("/"u8[..Math.Min(i, 1)]);
        }

        return path.ToArray();
    }
}
