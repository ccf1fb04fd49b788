using SnapFs.Objects;
using SnapFs.Repository.Objects;
using SnapFs.Storage;

namespace SnapFs.Repository;

/// <summary>Finds the config of a repository. Anyone who may put objects can put a config of another one beside it, so there
/// may be several (<c>docs/format.md</c> section 2.1).</summary>
public static class RepositoryConfigs
{
    /// <summary>How many are looked at where nothing says which is meant.</summary>
    private const int MaxConfigs = 8;

    /// <summary>Reads the configs, the one that was there first in front. Needs no secret.</summary>
    /// <param name="storage">Where to look.</param>
    /// <param name="wanted">Only this one, if it is given.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>At least one.</returns>
    /// <exception cref="NoRepositoryException">There is none.</exception>
    /// <exception cref="DamagedException">There is one, and none is whole.</exception>
    /// <exception cref="NewerFormatException">A newer version wrote it.</exception>
    public static async Task<IReadOnlyList<(ObjectId Id, RepositoryConfig Config)>> FindAsync(
        IStorage storage, ObjectId? wanted, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(storage);
        List<ObjectInfo> listed = await ListAsync(storage, cancellationToken).ConfigureAwait(false);
        List<(ObjectId, RepositoryConfig)> configs = [];
        SnapFsException? problem = null;
        foreach (ObjectInfo info in listed.Where(info => wanted is null || wanted.Value.ToString() == info.Name.Id).Take(MaxConfigs))
        {
            try
            {
                configs.Add(await ReadAsync(storage, info.Name, cancellationToken).ConfigureAwait(false));
            }
            catch (SnapFsException e) when (e.IsOfOneObjectOrItsForm())
            {
                problem ??= e;
            }
        }

        return configs.Count > 0
            ? configs
            : throw problem ?? await WhyNoneAsync(storage, listed.Count, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The configs that are there, the first one in front.</summary>
    internal static Task<List<ObjectInfo>> ListAsync(IStorage storage, CancellationToken cancellationToken) =>
        storage.ListOldestFirstAsync(ObjectKind.Config, string.Empty, cancellationToken);

    private static async Task<(ObjectId Id, RepositoryConfig Config)> ReadAsync(
        IStorage storage, ObjectName name, CancellationToken cancellationToken)
    {
        byte[] content = await storage.GetHashedAsync(
            name,
            ConfigCodec.MaxLength,
            "its name is not the SHA-256 of its bytes; restore it from a copy, nothing else can replace it",
            cancellationToken).ConfigureAwait(false);
        return (name.Hash, ConfigCodec.Decode(content, name.RelativePath));
    }

    private static async Task<SnapFsException> WhyNoneAsync(IStorage storage, int others, CancellationToken cancellationToken)
    {
        if (others > 0)
        {
            return new WrongKeyException("the key file is for another repository than the one here");
        }

        try
        {
            await storage.GetLengthAsync(ObjectName.PreviewConfig, cancellationToken).ConfigureAwait(false);
            return new NoRepositoryException(
                "this repository was made by a preview of snapfs; snapfs 0.1 reads it, this version does not: make a new one "
                    + "with 'snapfs init', back up to it, and keep the old one with its program");
        }
        catch (ObjectNotFoundException)
        {
            // It is none of those either.
        }

        foreach (ObjectKind kind in (ObjectKind[])[ObjectKind.Snapshot, ObjectKind.Index, ObjectKind.Pack])
        {
            await foreach (ObjectInfo _ in storage.ListAsync(kind, cancellationToken).ConfigureAwait(false))
            {
                return new NoRepositoryException(hasObjects: true);
            }
        }

        return new NoRepositoryException();
    }
}
