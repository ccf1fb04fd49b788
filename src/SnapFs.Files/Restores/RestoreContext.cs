using System.Security.Cryptography;
using System.Text;

namespace SnapFs.Files.Restores;

/// <summary>What one worker of a restore owns.</summary>
internal sealed class RestoreContext
{
    private byte[] _buffer = [];

    public RestoreContext(RestoreServices services)
    {
        Content = new ContentWriter(services, this);
        Metadata = new MetadataWriter(services);
        Nodes = new NodeRestorer(services, this);
        Extras = new ExtraRemover(services, this);
    }

    public long Entries;
    public long Files;
    public long Bytes;
    public long BytesWritten;
    public long FilesKept;
    public long Deleted;
    public long Spared;
    public long Verified;

    public ContentWriter Content { get; }

    public MetadataWriter Metadata { get; }

    public NodeRestorer Nodes { get; }

    public ExtraRemover Extras { get; }

    /// <summary>Scratch memory that does not move.</summary>
    public byte[] Buffer(int length)
    {
        if (_buffer.Length < length)
        {
            _buffer = GC.AllocateUninitializedArray<byte>(Math.Max(length, 64 * 1024), pinned: true);
        }

        return _buffer;
    }

    /// <summary>A name that nobody else uses, with a NUL after it.</summary>
    public static byte[] TemporaryName()
    {
        string name = ".snapfs-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)) + "\0";
        return Encoding.ASCII.GetBytes(name);
    }
}
