using SnapFs.Owners;

namespace SnapFs.Posix.Owners;

/// <summary>The users and groups the C library knows, from files, LDAP or whatever is configured.</summary>
/// <remarks>While a directory service is down, a number counts as somebody's: nobody may gain by that.</remarks>
public sealed class SystemUsers : IUserDatabase
{
    /// <inheritdoc/>
    public bool TryFindUser(ReadOnlySpan<byte> name, out uint id) => TryFind(name, isUser: true, out id);

    /// <inheritdoc/>
    public bool TryFindGroup(ReadOnlySpan<byte> name, out uint id) => TryFind(name, isUser: false, out id);

    /// <inheritdoc/>
    public bool HasUser(uint id) => !NameService.Ask(id, isUser: true).IsNobody;

    /// <inheritdoc/>
    public bool HasGroup(uint id) => !NameService.Ask(id, isUser: false).IsNobody;

    private static bool TryFind(ReadOnlySpan<byte> name, bool isUser, out uint id)
    {
        uint? found = NameService.Ask(name, isUser).Id;
        id = found ?? 0;
        return found is not null;
    }
}
