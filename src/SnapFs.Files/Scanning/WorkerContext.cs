using SnapFs.Binary;

namespace SnapFs.Files.Scanning;

/// <summary>What one worker owns: buffers and counts.</summary>
internal sealed class WorkerContext
{
    /// <summary>A file whose data fits this is read by one call.</summary>
    public const int SmallFile = 1 << 20;

    private byte[]? _large;

    public WorkerContext(WalkServices services)
    {
        Xattrs = new XattrCollector(services);
        Files = new FileReader(services, this);
        Nodes = new NodeWriter(services, this);
    }

    public WalkCounters Counters { get; } = new();

    public XattrCollector Xattrs { get; }

    public FileReader Files { get; }

    public NodeWriter Nodes { get; }

    public NodeBatch Batch { get; } = new();

    /// <summary>For whole small files, symlink targets and directory records.</summary>
    public byte[] Small { get; } = GC.AllocateUninitializedArray<byte>(SmallFile, pinned: true);

    public ByteWriter Scratch { get; } = new();

    /// <summary>For large files; made when the first is met.</summary>
    public byte[] Large(int length)
    {
        if (_large is null || _large.Length < length)
        {
            _large = GC.AllocateUninitializedArray<byte>(length, pinned: true);
        }

        return _large;
    }
}
