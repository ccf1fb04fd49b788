using SnapFs.Chunks;
using SnapFs.Repository.Keys;

namespace SnapFs.Repository.Kept;

/// <summary>
/// What a process whose key cannot read keeps of trees that it made, in the local cache directory, to go on from them. One file a
/// tree, sealed with a key of the domain: nothing in it is believed that this program did not put there. Safe for concurrent use.
/// </summary>
public sealed class KeptTrees
{
    /// <summary>A younger file may be of a snapshot that somebody else has just committed.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromDays(7);

    private readonly string _directory;
    private readonly IDomainKeys _keys;

    private KeptTrees(string directory, IDomainKeys keys)
    {
        _directory = directory;
        _keys = keys;
    }

    /// <summary>The trees of the domain that is written in; null if its key can read, or there is no place for them.</summary>
    public static KeptTrees? Of(LocalCache? cache, KeyRing keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return cache is null || keys.Own.CanRead ? null : new KeptTrees(cache.Of(keys.OwnDomain).Directory, keys.Own);
    }

    /// <summary>Begins to keep the tree of a snapshot that is being made.</summary>
    public KeptTreeWriter Begin() => new(_directory, _keys);

    /// <summary>A repository with those of some trees that are kept.</summary>
    /// <param name="repository">The repository; not disposed.</param>
    /// <param name="roots">The root pages of the trees.</param>
    public KeptTreeSource Over(IChunkSource repository, IEnumerable<ChunkId> roots) => new(
        repository,
        roots.Distinct().Select(root => KeptTree.TryOpen(_directory, _keys, in root)).OfType<KeptTree>());

    /// <summary>Removes a tree that nothing goes on from any more.</summary>
    public void Remove(in ChunkId root)
    {
        try
        {
            File.Delete(Path.Combine(_directory, KeptTreeFormat.NameOf(in root)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It takes room until it can be removed.
        }
    }

    /// <summary>Removes what has not been written to for a week and is not of the trees that are wanted, such as what processes left
    /// behind that were killed.</summary>
    public void RemoveOthers(IEnumerable<ChunkId> wanted)
    {
        HashSet<string> names = [.. wanted.Select(root => KeptTreeFormat.NameOf(in root))];
        try
        {
            foreach (FileInfo file in new DirectoryInfo(_directory).EnumerateFiles(KeptTreeFormat.Prefix + "*"))
            {
                if (!names.Contains(file.Name) && DateTime.UtcNow - file.LastWriteTimeUtc > Patience)
                {
                    file.Delete();
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // They take room until they can be removed.
        }
    }
}
