using SnapFs.Chunks;

namespace SnapFs.Files.Backups;

/// <summary>Learns which tree pages the new snapshot consists of. Safe for concurrent use.</summary>
public interface IPageObserver
{
    /// <summary>A page was put in this run.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="page">Its plain bytes; not to be kept.</param>
    void PagePut(in ChunkId id, ReadOnlySpan<byte> page);
}
