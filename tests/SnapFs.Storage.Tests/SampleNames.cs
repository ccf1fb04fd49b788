using SnapFs.Storage;

namespace SnapFs.Tests;

/// <summary>Names of objects, all of one domain.</summary>
internal static class SampleNames
{
    internal static string Domain { get; } = new('5', ObjectName.ShortIdLength);

    /// <summary>The name of an object whose id is a hash.</summary>
    internal static ObjectName Of(ObjectKind kind, string id) =>
        new(kind, ObjectName.HasDomain(kind) ? Domain : string.Empty, id);

    internal static ObjectName Pack(string id) => Of(ObjectKind.Pack, id);
}
