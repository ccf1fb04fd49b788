namespace SnapFs.Storage;

/// <summary>An object is longer than an object of its kind can be.</summary>
public sealed class ObjectTooLargeException(ObjectName name, long length, long maxLength) : SnapFsException(
    $"{name} is damaged: it has {length} bytes, at most {maxLength} are possible.", null)
{
    /// <summary>The object.</summary>
    public ObjectName Name { get; } = name;

    /// <inheritdoc/>
    public override ErrorKind Kind => ErrorKind.Damaged;
}
