using SnapFs.Posix.Files;

namespace SnapFs.Files.Scanning;

/// <summary>
/// A component of a recorded path that was named: the sources and the directories above them. Names of sources are
/// never excluded and count as sources of their own even below another.
/// </summary>
internal sealed class SourceNode
{
    private readonly List<SourceNode> _children = [];
    private readonly Dictionary<byte[], SourceNode> _byName = new(ByteComparer.Instance);

    private SourceNode(byte[] name, byte[] recordedPath, byte[] realPath)
    {
        Name = name;
        RecordedPath = recordedPath;
        RealPath = realPath;
    }

    /// <summary>The recorded name; empty for the root.</summary>
    public byte[] Name { get; }

    /// <summary>The recorded path.</summary>
    public byte[] RecordedPath { get; }

    /// <summary>Where it lies on this machine.</summary>
    public byte[] RealPath { get; private set; }

    /// <summary><see cref="RealPath"/> and a NUL.</summary>
    public byte[] NativePath => RawPath.Terminate(RealPath);

    /// <summary>Whether it was given as a source.</summary>
    public bool IsSource { get; private set; }

    /// <summary>Whether it or a directory above was given as a source.</summary>
    public bool IsInside { get; private set; }

    /// <summary>Named components below.</summary>
    public IReadOnlyList<SourceNode> Children => _children;

    /// <summary>Makes the tree of all recorded paths.</summary>
    /// <param name="sources">Recorded and real paths, absolute and normalized.</param>
    public static SourceNode Build(IEnumerable<(byte[] Recorded, byte[] Real)> sources)
    {
        SourceNode root = new([], "/"u8.ToArray(), "/"u8.ToArray());
        foreach ((byte[] recorded, byte[] real) in sources)
        {
            SourceNode node = root;
            foreach (byte[] name in RawPath.Components(recorded))
            {
                node = node.Child(name) ?? node.AddChild(name);
            }

            node.IsSource = true;
            node.RealPath = real;
        }

        root.Settle(isInside: false);
        return root;
    }

    /// <summary>The named component of that name, if there is one.</summary>
    public SourceNode? Child(ReadOnlySpan<byte> name)
    {
        return _children.Count > 0 && _byName.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(name, out SourceNode? child)
            ? child
            : null;
    }

    private SourceNode AddChild(byte[] name)
    {
        byte[] path = RawPath.Join(RecordedPath, name);
        SourceNode child = new(name, path, path);
        _children.Add(child);
        _byName.Add(name, child);
        return child;
    }

    /// <summary>Below a source that is recorded elsewhere, components lie where the source does.</summary>
    private void Settle(bool isInside)
    {
        IsInside = isInside || IsSource;
        foreach (SourceNode child in _children)
        {
            if (IsInside && !child.IsSource)
            {
                child.RealPath = RawPath.Join(RealPath, child.Name);
            }

            child.Settle(IsInside);
        }
    }

    /// <summary>Of a list of files a directory may have a hundred thousand children, each of which is looked up.</summary>
    private sealed class ByteComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static ByteComparer Instance { get; } = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            HashCode hash = default;
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
