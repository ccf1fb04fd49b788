using SnapFs.Binary;
using SnapFs.Caches;
using SnapFs.Trees;

namespace SnapFs.Afs.Reading;

/// <summary>What a reader of a made-up dump uses and gives back: small pieces that wait to be handed out as one, and the
/// page of the last node. Not thread-safe.</summary>
internal sealed class DumpScratch
{
    private const int MostPending = 64 * 1024;

    /// <summary>A record while it is encoded.</summary>
    public ByteWriter Record { get; } = new(512);

    /// <summary>Bytes that come before all that is handed out next.</summary>
    public ByteWriter Pending { get; } = new(MostPending);

    /// <summary>The leaf used last.</summary>
    public TreePage? Page { get; set; }

    /// <summary>The number of <see cref="Page"/>.</summary>
    public int PageNumber { get; set; }

    /// <summary>Adds bytes to those that wait.</summary>
    /// <returns>How many of <paramref name="wanted"/> there were.</returns>
    public int Append<TSink>(scoped ReadOnlySpan<byte> bytes, int wanted, ref TSink sink)
        where TSink : IContentSink, allows ref struct
    {
        ReadOnlySpan<byte> taken = bytes[..Math.Min(wanted, bytes.Length)];
        MakeRoom(taken.Length, ref sink);
        Pending.Bytes(taken);
        return taken.Length;
    }

    /// <summary>Hands out what waits if it would become too much.</summary>
    public void MakeRoom<TSink>(int count, ref TSink sink)
        where TSink : IContentSink, allows ref struct
    {
        if (Pending.Length + count > MostPending)
        {
            Flush(ref sink);
        }
    }

    /// <summary>Hands out what waits.</summary>
    public void Flush<TSink>(ref TSink sink)
        where TSink : IContentSink, allows ref struct
    {
        if (Pending.Length > 0)
        {
            sink.Bytes(Pending.Written);
            Pending.Clear();
        }
    }
}
