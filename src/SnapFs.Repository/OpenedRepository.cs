using SnapFs.Objects;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Objects;

namespace SnapFs.Repository;

/// <summary>A repository whose keys are at hand. Does not own the storage.</summary>
public sealed class OpenedRepository : IDisposable
{
    internal OpenedRepository(
        RepositoryConfig config, in ObjectId repositoryId, KeyRing keys, IReadOnlyList<SnapFsException> warnings)
    {
        Config = config;
        RepositoryId = repositoryId;
        Keys = keys;
        Warnings = warnings;
    }

    /// <summary>The parameters of the repository.</summary>
    public RepositoryConfig Config { get; }

    /// <summary>The SHA-256 of its config.</summary>
    public ObjectId RepositoryId { get; }

    /// <summary>The keys that the secret opened.</summary>
    public KeyRing Keys { get; }

    /// <summary>Damaged key objects that were not needed to open it; to be shown to the user. <see cref="KeyRing.Losses"/> are among
    /// them.</summary>
    public IReadOnlyList<SnapFsException> Warnings { get; }

    /// <summary>Overwrites the keys.</summary>
    public void Dispose() => Keys.Dispose();
}
