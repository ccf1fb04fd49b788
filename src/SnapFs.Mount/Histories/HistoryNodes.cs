using System.Diagnostics.CodeAnalysis;
using SnapFs.Mount.Layouts;
using SnapFs.Mount.Nodes;
using SnapFs.Mount.Stored;

namespace SnapFs.Mount.Histories;

/// <summary>The paths through all snapshots that a kernel knows. One is in the table while the kernel knows it or a path below it. What
/// many took, the table gives back once few are left. Safe for concurrent use.</summary>
/// <param name="slot">The upper half of their ids.</param>
internal sealed class HistoryNodes(uint slot)
{
    /// <summary>Nodes for which there is always room.</summary>
    private const int Least = 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<Key, HistoryNode> _byName = new(new KeyComparer());
    private readonly Dictionary<uint, HistoryNode> _byNumber = [];
    private readonly NumberPool _numbers = new(0);

    /// <summary>Nodes in the table.</summary>
    internal int Count
    {
        get
        {
            lock (_lock)
            {
                return _byNumber.Count;
            }
        }
    }

    internal HistoryNode? Find(ulong nodeId)
    {
        lock (_lock)
        {
            return _byNumber.GetValueOrDefault(NumberOf(nodeId));
        }
    }

    /// <summary>Counts one more look-up of a path. If it is known with other rights, or as another directory, it becomes a new node.
    /// </summary>
    /// <param name="parent">The directory above; null at the root of the snapshots.</param>
    /// <param name="place">Where it is in the layout.</param>
    /// <param name="name">The raw name; empty at the root of the snapshots.</param>
    /// <param name="set">The snapshots that it shows.</param>
    /// <param name="rights">The rights that it is given out with.</param>
    /// <param name="gone">If it is shown as it was in one snapshot, that.</param>
    internal HistoryNode AddLookup(
        HistoryNode? parent,
        VirtualNode place,
        ReadOnlySpan<byte> name,
        SnapshotSet set,
        UInt128 rights,
        GoneDirectory? gone = null)
    {
        lock (_lock)
        {
            Key key = new((object?)parent ?? place, name.ToArray());
            if (_byName.TryGetValue(key, out HistoryNode? node) && (node.IsFixed || node.Rights != rights || !IsSame(node.Gone, gone)))
            {
                _byName.Remove(key); // it stays by its number until it is forgotten
                node.IsFixed = true;
                node = null;
            }

            if (node is null)
            {
                (uint number, uint generation) = _numbers.Take();
                node = new HistoryNode(set)
                {
                    Slot = slot,
                    Number = number,
                    Generation = generation,
                    Parent = parent,
                    Place = place,
                    Name = key.Name,
                    Inode = parent is null ? place.Inode : InodeNumber.Below(parent.Inode, name),
                    Rights = rights,
                    Gone = gone,
                };
                _byName.Add(key, node);
                _byNumber.Add(number, node);
                if (parent is not null)
                {
                    parent.References++;
                }
            }

            node.References++;
            return node;
        }
    }

    /// <summary>Counts one more look-up of a node that is in the table.</summary>
    internal void AddLookup(ulong nodeId)
    {
        lock (_lock)
        {
            if (_byNumber.GetValueOrDefault(NumberOf(nodeId)) is { } node)
            {
                node.References++;
            }
        }
    }

    internal void Forget(ulong nodeId, long count)
    {
        lock (_lock)
        {
            if (!_byNumber.TryGetValue(NumberOf(nodeId), out HistoryNode? node))
            {
                return;
            }

            node.References = Math.Max(0, node.References - count);
            for (; node is { References: 0 }; node = node.Parent)
            {
                Remove(node);
                if (node.Parent is { } parent)
                {
                    parent.References--;
                }
            }
        }
    }

    private static bool IsSame(GoneDirectory? left, GoneDirectory? right) =>
        left is null ? right is null : right is not null && left.IsSame(right);

    private void Remove(HistoryNode node)
    {
        Key key = new((object?)node.Parent ?? node.Place, node.Name);
        if (_byName.TryGetValue(key, out HistoryNode? named) && ReferenceEquals(named, node))
        {
            _byName.Remove(key);
        }

        _byNumber.Remove(node.Number);
        _numbers.Give(node.Number);
        if (_numbers.IsSparse && _numbers.Reach > Least)
        {
            _byName.TrimExcess();
            _byNumber.TrimExcess();
            _numbers.Trim(_byNumber.Count == 0 ? 0 : _byNumber.Keys.Max() + 1);
        }
    }

    /// <summary>The number in a node's id; one that no node has for an id that none has.</summary>
    private static uint NumberOf(ulong nodeId) => unchecked((uint)NodeIds.OrdinalOf(nodeId));

    private readonly record struct Key(object Above, byte[] Name);

    private sealed class KeyComparer : IEqualityComparer<Key>
    {
        public bool Equals(Key x, Key y) => ReferenceEquals(x.Above, y.Above) && x.Name.AsSpan().SequenceEqual(y.Name);

        public int GetHashCode([DisallowNull] Key obj)
        {
            HashCode hash = default;
            hash.Add(obj.Above);
            hash.AddBytes(obj.Name);
            return hash.ToHashCode();
        }
    }
}
