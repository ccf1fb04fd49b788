namespace SnapFs.Repository;

/// <summary>There is a repository, or something else, where one was to be made.</summary>
public sealed class RepositoryExistsException : SnapFsException
{
    /// <param name="message">One line for the user: what is there.</param>
    public RepositoryExistsException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public override ErrorKind Kind => ErrorKind.Exists;
}
