namespace SnapFs.Storage;

/// <summary>Something has the name of an object and is none: a directory, a fifo, a link that leads nowhere.</summary>
public sealed class ObjectUnreadableException(ObjectName name, string what, Exception? inner = null) : SnapFsException(
    $"{name} is damaged: {what} has its place; move that away, then run 'snapfs check'", inner)
{
    /// <summary>The object.</summary>
    public ObjectName Name { get; } = name;

    /// <summary>What is there instead, for example <c>a directory</c>.</summary>
    public string What { get; } = what;

    /// <inheritdoc/>
    public override ErrorKind Kind => ErrorKind.Damaged;
}
