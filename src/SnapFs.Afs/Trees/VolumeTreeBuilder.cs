using System.Text;
using SnapFs.Afs.Chains;
using SnapFs.Afs.Directories;
using SnapFs.Binary;

namespace SnapFs.Afs.Trees;

/// <summary>Makes the tree of a volume from its vnodes and the contents of its directories, however they contradict each
/// other. Not thread-safe.</summary>
public sealed class VolumeTreeBuilder
{
    private const int MaxNames = 1 << 30;

    private readonly VnodeTable _vnodes;
    private readonly ByteWriter _names = new(4096);
    private readonly List<StoredEntry> _entries;
    private readonly List<TreeProblem> _problems = [];
    private readonly LostNames? _lost;
    private readonly (int Start, int End)[] _ranges;
    private readonly uint[] _parents;
    private readonly List<(byte[] Name, uint Vnode, uint Uniq, string Finding)> _odd = [];

    /// <param name="vnodes">The live vnodes.</param>
    /// <param name="isCut">Whether they are of a dump that was cut off: a name of a vnode that is not there is then no problem
    /// but one of <see cref="VolumeTree.Lost"/>.</param>
    public VolumeTreeBuilder(VnodeTable vnodes, bool isCut = false)
    {
        ArgumentNullException.ThrowIfNull(vnodes);
        _vnodes = vnodes;
        _lost = isCut ? new LostNames() : null;
        _entries = new List<StoredEntry>(vnodes.Count);
        int directories = 0;
        while (directories < vnodes.Count && vnodes.IsDirectoryAt(directories))
        {
            directories++; // the odd numbers come first
        }

        _ranges = new (int, int)[directories];
        _parents = new uint[directories];
    }

    /// <summary>Adds the entries of a directory; call it once for each.</summary>
    /// <param name="index">Index of the directory in the vnode table.</param>
    /// <param name="content">Its content.</param>
    /// <exception cref="InvalidEncodingException">The names of the volume have more than 1 GiB.</exception>
    public void AddDirectory(int index, ReadOnlySpan<byte> content)
    {
        int start = _entries.Count;
        try
        {
            DirectoryReader reader = new(content);
            while (TakeEntry(index, ref reader))
            {
            }
        }
        catch (InvalidEncodingException e) when (NamesLength <= MaxNames)
        {
            ReportDamaged(index, e);
        }

        AddOdd(index, start);
        SortNames(start);
        _ranges[index] = (start, _entries.Count);
    }

    /// <summary>The tree. Call it once, after the last directory; one that was not added has no entries.</summary>
    public VolumeTree Build()
    {
        TreeLinks links = new(_vnodes, _entries, _ranges, _parents, Report);
        links.Choose();
        links.Reach();
        _lost?.Sort();
        return new VolumeTree(_vnodes, _names.ToArray(), [.. _entries], _ranges, links, _problems, _lost);
    }

    /// <summary>Takes the next entry; one that is damaged costs what follows it on its chain.</summary>
    /// <returns>False after the last.</returns>
    private bool TakeEntry(int index, ref DirectoryReader reader)
    {
        try
        {
            if (!reader.Next())
            {
                return false;
            }
        }
        catch (InvalidEncodingException e)
        {
            ReportDamaged(index, e);
            return true;
        }

        if (reader.IsDots)
        {
            _parents[index] = reader.Name.Length == 2 ? reader.Vnode : _parents[index];
        }
        else if (reader.Finding is { } finding)
        {
            _odd.Add((reader.Name.ToArray(), reader.Vnode, reader.Uniq, finding));
        }
        else
        {
            Add(index, reader.Name, reader.Vnode, reader.Uniq);
        }

        return true;
    }

    /// <summary>Adds the entries of a directory whose names are odd, under names that nothing else there has.</summary>
    private void AddOdd(int directory, int start)
    {
        if (_odd.Count == 0)
        {
            return;
        }

        HashSet<string> taken = [.. _entries[start..].Select(entry => Encoding.Latin1.GetString(NameOf(entry)))];
        foreach ((byte[] name, uint vnode, uint uniq, string finding) in _odd)
        {
            byte[] shown = ShownName.Of(name, vnode, uniq, candidate => taken.Add(Encoding.Latin1.GetString(candidate)));
            int before = _entries.Count;
            Add(directory, shown, vnode, uniq);
            if (_entries.Count > before)
            {
                _problems.Add(new TreeProblem(
                    TreeProblemKind.OddName, _vnodes.VnodeAt(directory), vnode, uniq, shown, finding));
            }
        }

        _odd.Clear();
    }

    private void ReportDamaged(int index, InvalidEncodingException e) => _problems.Add(new TreeProblem(
        TreeProblemKind.DamagedDirectory, 0, _vnodes.VnodeAt(index), _vnodes.UniqAt(index), default, e.Message));

    private void Add(int directory, ReadOnlySpan<byte> name, uint vnode, uint uniq)
    {
        int child = _vnodes.IndexOf(vnode);
        if (child < 0 && _lost is not null)
        {
            _lost.Add(directory, vnode, uniq, name);
            CheckNames();
            return;
        }

        if (child < 0 || _vnodes.UniqAt(child) != uniq)
        {
            TreeProblemKind kind = child < 0 ? TreeProblemKind.MissingVnode : TreeProblemKind.OtherUniq;
            _problems.Add(new TreeProblem(kind, _vnodes.VnodeAt(directory), vnode, uniq, name.ToArray()));
            return;
        }

        _entries.Add(new StoredEntry(directory, child, _names.Length, name.Length));
        _names.Bytes(name);
        CheckNames();
    }

    private long NamesLength => (long)_names.Length + (_lost?.Length ?? 0);

    private void CheckNames()
    {
        if (NamesLength > MaxNames)
        {
            throw new InvalidEncodingException("the names of the volume have more than 1 GiB");
        }
    }

    private void SortNames(int start)
    {
        _entries.Sort(start, _entries.Count - start, Comparer<StoredEntry>.Create(CompareNames));
        int kept = start;
        for (int i = start; i < _entries.Count; i++)
        {
            if (kept > start && NameOf(_entries[kept - 1]).SequenceEqual(NameOf(_entries[i])))
            {
                Report(TreeProblemKind.NameTwice, _entries[i]);
            }
            else
            {
                _entries[kept++] = _entries[i];
            }
        }

        _entries.RemoveRange(kept, _entries.Count - kept);
    }

    private int CompareNames(StoredEntry first, StoredEntry second)
    {
        int order = NameOf(first).SequenceCompareTo(NameOf(second));
        return order != 0 ? order : first.NameOffset.CompareTo(second.NameOffset);
    }

    private void Report(TreeProblemKind kind, StoredEntry entry) => _problems.Add(new TreeProblem(
        kind, entry.NameLength == 0 ? 0 : _vnodes.VnodeAt(entry.Directory), _vnodes.VnodeAt(entry.Child),
        _vnodes.UniqAt(entry.Child), NameOf(entry).ToArray()));

    private ReadOnlySpan<byte> NameOf(StoredEntry entry) => _names.Written.Slice(entry.NameOffset, entry.NameLength);
}
