namespace SnapFs.Repository;

/// <summary>There is no repository at the place named.</summary>
public sealed class NoRepositoryException : SnapFsException
{
    /// <summary>States that there is no config.</summary>
    /// <param name="hasObjects">Whether other objects of a repository are there: then the config was lost.</param>
    public NoRepositoryException(bool hasObjects = false)
        : base(hasObjects
            ? "there is no repository here: snapshots or packs exist but 'config-…' is missing; restore it from a copy"
            : "there is no repository here: 'config-…' is missing; check --repo, or make one with 'snapfs init'")
    {
    }

    /// <param name="message">One line: where there is none, and what to do.</param>
    public NoRepositoryException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public override ErrorKind Kind => ErrorKind.NoRepository;
}
