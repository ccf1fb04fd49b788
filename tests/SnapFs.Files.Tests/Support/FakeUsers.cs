using System.Text;
using SnapFs.Owners;

namespace SnapFs.Files.Tests.Support;

/// <summary>The users and groups of a machine that restores, each a group of the same name and number too.</summary>
internal sealed class FakeUsers : IUserDatabase
{
    private readonly Dictionary<string, uint> _ids = new() { ["root"] = 0 };

    public uint this[string name]
    {
        set => _ids[name] = value;
    }

    public bool TryFindUser(ReadOnlySpan<byte> name, out uint id) => _ids.TryGetValue(Encoding.UTF8.GetString(name), out id);

    public bool TryFindGroup(ReadOnlySpan<byte> name, out uint id) => TryFindUser(name, out id);

    public bool HasUser(uint id) => _ids.ContainsValue(id);

    public bool HasGroup(uint id) => HasUser(id);
}
