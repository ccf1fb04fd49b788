namespace SnapFs.Storage;

/// <summary>There is no object of that name.</summary>
public sealed class ObjectNotFoundException(ObjectName name)
    : SnapFsException($"{name} is missing from the repository: run 'snapfs check' to see what needs it.", null)
{
    /// <summary>The missing object.</summary>
    public ObjectName Name { get; } = name;

    /// <inheritdoc/>
    public override ErrorKind Kind => ErrorKind.Damaged;
}
