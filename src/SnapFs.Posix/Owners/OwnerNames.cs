using System.Collections.Concurrent;
using SnapFs.Trees;

namespace SnapFs.Posix.Owners;

/// <summary>Names of users and groups by the C library's name service, each asked once. Safe for concurrent use.
/// </summary>
internal sealed class OwnerNames : IOwnerNames
{
    private readonly ConcurrentDictionary<uint, byte[]> _users = new();
    private readonly ConcurrentDictionary<uint, byte[]> _groups = new();

    /// <inheritdoc/>
    public ReadOnlySpan<byte> UserName(uint id) => _users.GetOrAdd(id, static id => NameOf(id, isUser: true));

    /// <inheritdoc/>
    public ReadOnlySpan<byte> GroupName(uint id) => _groups.GetOrAdd(id, static id => NameOf(id, isUser: false));

    private static byte[] NameOf(uint id, bool isUser)
    {
        byte[] name = NameService.Ask(id, isUser).Name;
        return name.Length <= TreeLimits.MaxWrittenName ? name : [];
    }
}
