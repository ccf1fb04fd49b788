using SnapFs.Repository;

namespace SnapFs.Jobs.Secrets;

/// <summary>Has the secret that opens a repository.</summary>
public interface ISecretProvider
{
    /// <summary>Fetches it; called once the repository was found, because a person may be asked.</summary>
    /// <returns>The caller disposes of it.</returns>
    /// <exception cref="SnapFsException">There is none.</exception>
    RepositorySecret Fetch();

    /// <summary>Fetches another one after the last has opened nothing.</summary>
    /// <returns>The caller disposes of it; null if there is no other: only a person can mistype.</returns>
    RepositorySecret? FetchAgain() => null;
}
