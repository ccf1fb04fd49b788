using SnapFs.Caches;

namespace SnapFs.Mount.Reads;

/// <summary>Takes files before anybody asks for them: the page cache of a kernel.</summary>
public interface IPreloadTarget
{
    /// <summary>Hands a whole file over. Called on one thread at a time; may wait.</summary>
    /// <param name="nodeId">The file.</param>
    /// <param name="content">Its bytes, at most <see cref="MaxLength"/> of them.</param>
    /// <returns>False if the target knows no such node, so that its neighbours are not worth trying.</returns>
    /// <exception cref="DamagedException">The file cannot be read; whoever asks for it is told.</exception>
    bool Preload(ulong nodeId, ContentReader content);

    /// <summary>Bytes of the largest file that is handed over: larger ones are read in large requests anyway.</summary>
    const int MaxLength = 256 * 1024;
}
