namespace SnapFs.Storage;

/// <summary>Other bytes are stored under that name already.</summary>
public sealed class ObjectExistsException(ObjectName name)
    : SnapFsException($"{name} exists already with other content; stored objects are never replaced", null)
{
    /// <summary>The name that is taken.</summary>
    public ObjectName Name { get; } = name;

    /// <inheritdoc/>
    public override ErrorKind Kind => ErrorKind.Exists;
}
