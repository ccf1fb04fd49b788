using System.Text;
using SnapFs.Owners;
using SnapFs.Trees;

namespace SnapFs.Mount.Tests.Fakes;

/// <summary>Owners on the source, and users of the system that mounts.</summary>
internal sealed class TestOwners : IOwnerNames, IUserDatabase
{
    /// <summary>Names on the source.</summary>
    public Dictionary<uint, string> ArchivedUsers { get; } = new() { [0] = "root" };

    public Dictionary<uint, string> ArchivedGroups { get; } = new() { [0] = "root" };

    /// <summary>Numbers here.</summary>
    public Dictionary<string, uint> Users { get; } = new() { ["root"] = 0 };

    public Dictionary<string, uint> Groups { get; } = new() { ["root"] = 0 };

    public ReadOnlySpan<byte> UserName(uint id) => Raw(ArchivedUsers.GetValueOrDefault(id, ""));

    public ReadOnlySpan<byte> GroupName(uint id) => Raw(ArchivedGroups.GetValueOrDefault(id, ""));

    public bool TryFindUser(ReadOnlySpan<byte> name, out uint id) => Users.TryGetValue(Text(name), out id);

    public bool TryFindGroup(ReadOnlySpan<byte> name, out uint id) => Groups.TryGetValue(Text(name), out id);

    public bool HasUser(uint id) => Users.ContainsValue(id);

    public bool HasGroup(uint id) => Groups.ContainsValue(id);

    private static byte[] Raw(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(ReadOnlySpan<byte> raw) => Encoding.UTF8.GetString(raw);
}
