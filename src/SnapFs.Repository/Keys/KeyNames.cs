using SnapFs.Objects;
using SnapFs.Storage;

namespace SnapFs.Repository.Keys;

/// <summary>Names of the objects in <c>keys/</c>.</summary>
internal static class KeyNames
{
    /// <summary>What a user finds a key object by.</summary>
    internal static string Of(in ObjectId id) => $"keys/{id}";

    /// <summary>What the storage finds it by.</summary>
    internal static ObjectName StorageName(in ObjectId id) => new(ObjectKind.Key, id.ToString());
}
