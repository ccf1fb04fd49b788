namespace SnapFs.Chunks;

/// <summary>Keeps plain chunks on this machine for a later run, which cannot read them back from the repository. Not safe for
/// concurrent use.</summary>
public interface IChunkKeeper
{
    /// <summary>Keeps a chunk; one that is given again is kept once. What goes wrong is no failure of the caller's.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="plain">Its bytes; copied.</param>
    void Keep(in ChunkId id, ReadOnlySpan<byte> plain);
}
