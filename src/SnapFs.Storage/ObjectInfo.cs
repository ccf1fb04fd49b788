namespace SnapFs.Storage;

/// <summary>What a listing tells about an object.</summary>
/// <param name="Name">The object.</param>
/// <param name="Length">Stored size, bytes.</param>
/// <param name="ReceivedAt">When the storage took it in, by the storage's clock.</param>
public readonly record struct ObjectInfo(ObjectName Name, long Length, DateTimeOffset ReceivedAt);
