using System.Text;

namespace SnapFs.Mount.Layouts;

/// <summary>The entries of a layout directory. Immutable.</summary>
internal sealed class VirtualChildren
{
    internal static readonly VirtualChildren None = new([]);

    private readonly Dictionary<string, VirtualNode> _byName;

    internal VirtualChildren(IEnumerable<VirtualNode> nodes)
    {
        ById = [.. nodes.OrderBy(node => node.Id)];
        _byName = ById.ToDictionary(node => Encoding.UTF8.GetString(node.Name), StringComparer.Ordinal);
        Others = ById.Count(node => node.Target is null);
    }

    /// <summary>How many of them are no links.</summary>
    internal int Others { get; }

    /// <summary>In order of id, so that a listing can resume where it stopped after nodes came and went.</summary>
    internal IReadOnlyList<VirtualNode> ById { get; }

    internal VirtualNode? Find(ReadOnlySpan<byte> name) =>
        _byName.GetValueOrDefault(Encoding.UTF8.GetString(name)) is { } node && name.SequenceEqual(node.Name)
            ? node
            : null;

    /// <summary>The position of the first node whose id is greater than <paramref name="id"/>.</summary>
    internal int After(ulong id)
    {
        int low = 0;
        int high = ById.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (ById[middle].Id <= id)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    internal bool IsSame(VirtualChildren other) => ById.SequenceEqual(other.ById);
}
