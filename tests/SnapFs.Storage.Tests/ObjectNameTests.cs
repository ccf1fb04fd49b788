using SnapFs.Storage;
using SnapFs.Testing;

namespace SnapFs.Tests;

public sealed class ObjectNameTests
{
    private const string Hex = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData(ObjectKind.Config, "config", "config")]
    [InlineData(ObjectKind.Key, Hex, "keys/" + Hex)]
    [InlineData(ObjectKind.Lease, Hex + "-0", "leases/" + Hex + "-0")]
    [InlineData(ObjectKind.Lease, Hex + "-120", "leases/" + Hex + "-120")]
    [InlineData(ObjectKind.Mark, Hex, "gc/" + Hex)]
    [InlineData(ObjectKind.Snapshot, Hex, "snapshots/" + Hex)]
    [InlineData(ObjectKind.Index, Hex, "index/" + Hex)]
    [InlineData(ObjectKind.Pack, Hex, "packs/01/" + Hex)]
    public void A_path_is_made_and_read_back(ObjectKind kind, string id, string path)
    {
        ObjectName name = new(kind, id);

        Assert.Equal(path, name.RelativePath);
        Assert.True(ObjectName.TryParsePath(path, out ObjectName parsed));
        Assert.Equal(name, parsed);
    }

    [Theory]
    [InlineData(ObjectKind.Config, "")]
    [InlineData(ObjectKind.Config, "Config")]
    [InlineData(ObjectKind.Key, "")]
    [InlineData(ObjectKind.Key, "../../../../../../../../../../../../../../../../../etc/passwd-000")]
    [InlineData(ObjectKind.Pack, "0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef")]
    [InlineData(ObjectKind.Pack, Hex + "0")]
    [InlineData(ObjectKind.Pack, Hex + "-0")]
    [InlineData(ObjectKind.Lease, Hex)]
    [InlineData(ObjectKind.Lease, Hex + "-")]
    [InlineData(ObjectKind.Lease, Hex + "-01")]
    [InlineData(ObjectKind.Lease, Hex + "--1")]
    [InlineData(ObjectKind.Lease, Hex + "-1234567890")]
    [InlineData((ObjectKind)99, Hex)]
    public void An_ill_formed_id_makes_no_name(ObjectKind kind, string id)
    {
        Assert.False(ObjectName.TryParse(kind, id, out _));
        Assert.Throws<ArgumentException>(() => new ObjectName(kind, id));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/config")]
    [InlineData("keys/config")]
    [InlineData("packs/" + Hex)]
    [InlineData("packs/02/" + Hex)]
    [InlineData("other/" + Hex)]
    [InlineData("snapshots/../snapshots/" + Hex)]
    public void A_path_that_no_object_has_is_refused(string path) =>
        Assert.False(ObjectName.TryParsePath(path, out _));

    [Fact]
    public void A_hash_names_an_object()
    {
        byte[] hash = new Random(1).BytesOf(32);

        Assert.Equal(
            new ObjectName(ObjectKind.Pack, Convert.ToHexStringLower(hash)),
            ObjectName.FromHash(ObjectKind.Pack, hash));
    }
}
