using System.Text;
using SnapFs.Caches;
using SnapFs.Mount.Events;
using SnapFs.Mount.Nodes;
using SnapFs.Owners;

namespace SnapFs.Mount.Tests.Fakes;

/// <summary>A file system over a source, looked at by paths.</summary>
internal sealed class TestMount : IDisposable
{
    private TestMount(SnapshotFileSystem files) => Files = files;

    public SnapshotFileSystem Files { get; }

    /// <summary>Shows what the source has by now.</summary>
    public static TestMount Open(
        MemorySnapshotSource source, IUserDatabase users, MountOptions options, Action<MountEvent>? report = null)
    {
        source.Refresh(CancellationToken.None);
        return new TestMount(new SnapshotFileSystem(options, source, users, report ?? (_ => { })));
    }

    public NodeEntry Find(string path, uint caller = 0)
    {
        Assert.Equal(MountStatus.Done, TryFind(path, out NodeEntry entry, caller));
        return entry;
    }

    public MountStatus TryFind(string path, out NodeEntry entry, uint caller = 0)
    {
        MountStatus status = Files.GetAttributes(SnapshotFileSystem.RootId, out entry);
        foreach (string name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (status == MountStatus.Done)
            {
                status = Files.Lookup(entry.NodeId, Encoding.UTF8.GetBytes(name), caller, out entry);
            }
        }

        return status;
    }

    public string Target(string path)
    {
        Assert.Equal(MountStatus.Done, Files.ReadLink(Find(path).NodeId, out ReadOnlySpan<byte> target));
        return Encoding.UTF8.GetString(target);
    }

    /// <summary>The names in a directory, sorted.</summary>
    public List<string> Names(string path, uint caller = 0)
    {
        NameSink sink = new([]);
        Assert.Equal(MountStatus.Done, Files.List(Find(path, caller).NodeId, 0, withNodes: true, caller, ref sink));
        return [.. sink.Names.Where(name => name is not ("." or "..")).Order(StringComparer.Ordinal)];
    }

    public string ReadText(string path) => Encoding.UTF8.GetString(Read(path));

    public byte[] Read(string path)
    {
        CollectingSink sink = new();
        Assert.Equal(MountStatus.Done, Files.Read(Find(path).NodeId, 0, 1 << 20, ref sink));
        return sink.Bytes.ToArray();
    }

    /// <summary>The value of an extended attribute as text; null if there is none.</summary>
    public string? Xattr(string path, string name)
    {
        MountStatus status = Files.GetXattr(Find(path).NodeId, Encoding.UTF8.GetBytes(name), out ReadOnlySpan<byte> value);
        return status == MountStatus.Done ? Encoding.UTF8.GetString(value) : null;
    }

    public void Dispose() => Files.Dispose();

    private readonly record struct NameSink(List<string> Names) : IDirectorySink
    {
        public bool Add(ReadOnlySpan<byte> name, ulong position, in NodeEntry entry)
        {
            Names.Add(Encoding.UTF8.GetString(name));
            return true;
        }
    }

    private sealed class CollectingSink : IContentSink
    {
        public MemoryStream Bytes { get; } = new();

        public void Chunk(ChunkLease lease, int offset, int length)
        {
            Bytes.Write(lease.Span.Slice(offset, length));
            lease.Dispose();
        }

        void IContentSink.Bytes(ReadOnlySpan<byte> bytes) => Bytes.Write(bytes);

        public void Zeros(int length) => Bytes.Write(new byte[length]);
    }
}
