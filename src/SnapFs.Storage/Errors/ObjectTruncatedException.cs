namespace SnapFs.Storage;

/// <summary>An object ends before the range that was to be read.</summary>
public sealed class ObjectTruncatedException(ObjectName name, long offset, long count, long length) : SnapFsException(
    $"{name} is truncated: {count} bytes at offset {offset} were expected, it has {length} bytes. "
        + "Run 'snapfs check' to see what needs it.",
    null)
{
    /// <summary>The truncated object.</summary>
    public ObjectName Name { get; } = name;

    /// <inheritdoc/>
    public override ErrorKind Kind => ErrorKind.Damaged;
}
