using SnapFs.Storage;
using SnapFs.Testing;

namespace SnapFs.Tests;

public sealed class ObjectNameTests
{
    private const string Domain = "fedcba9876543210fedcba9876543210";
    private const string Run = "00112233445566778899aabbccddeeff";
    private const string Hex = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData(ObjectKind.PreviewConfig, "", "config", "config")]
    [InlineData(ObjectKind.Config, "", Hex, "config-" + Hex)]
    [InlineData(ObjectKind.Key, "", Hex, "keys/" + Hex)]
    [InlineData(ObjectKind.Lease, Domain, Run + "-0-" + Hex, "leases/" + Domain + "/" + Run + "-0-" + Hex)]
    [InlineData(ObjectKind.Lease, Domain, Run + "-120-" + Hex, "leases/" + Domain + "/" + Run + "-120-" + Hex)]
    [InlineData(ObjectKind.Mark, "", Hex, "gc/" + Hex)]
    [InlineData(ObjectKind.Snapshot, Domain, Hex, "snapshots/" + Domain + "/" + Hex)]
    [InlineData(ObjectKind.Index, Domain, Hex, "index/" + Domain + "/" + Hex)]
    [InlineData(ObjectKind.Pack, Domain, Hex, "packs/" + Domain + "/01/" + Hex)]
    public void A_path_is_made_and_read_back(ObjectKind kind, string domain, string id, string path)
    {
        ObjectName name = new(kind, domain, id);

        Assert.Equal(path, name.RelativePath);
        Assert.Equal(path, name.ToString());
        Assert.True(ObjectName.TryParsePath(path, out ObjectName parsed));
        Assert.Equal(name, parsed);
    }

    [Theory]
    [InlineData(ObjectKind.PreviewConfig, "", "")]
    [InlineData(ObjectKind.PreviewConfig, "", "Config")]
    [InlineData(ObjectKind.PreviewConfig, "", Hex)]
    [InlineData(ObjectKind.Config, "", "config")]
    [InlineData(ObjectKind.Config, "", Run)]
    [InlineData(ObjectKind.Config, Domain, Hex)]
    [InlineData(ObjectKind.Key, "", "")]
    [InlineData(ObjectKind.Key, Domain, Hex)]
    [InlineData(ObjectKind.Key, "", "../../../../../../../../../../../../../../../../../etc/passwd-000")]
    [InlineData(ObjectKind.Pack, "", Hex)]
    [InlineData(ObjectKind.Pack, Hex, Hex)]
    [InlineData(ObjectKind.Pack, "../../../../../../../../../../etc", Hex)]
    [InlineData(ObjectKind.Pack, "0123456789ABCDEF0123456789abcdef", Hex)]
    [InlineData(ObjectKind.Pack, Domain, "0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef")]
    [InlineData(ObjectKind.Pack, Domain, Hex + "0")]
    [InlineData(ObjectKind.Pack, Domain, Run + "-0-" + Hex)]
    [InlineData(ObjectKind.Lease, "", Run + "-0-" + Hex)]
    [InlineData(ObjectKind.Lease, Domain, Hex)]
    [InlineData(ObjectKind.Lease, Domain, Run + "-0")]
    [InlineData(ObjectKind.Lease, Domain, Run + "--" + Hex)]
    [InlineData(ObjectKind.Lease, Domain, Run + "-01-" + Hex)]
    [InlineData(ObjectKind.Lease, Domain, Run + "--1-" + Hex)]
    [InlineData(ObjectKind.Lease, Domain, Run + "-1x" + Hex)]
    [InlineData(ObjectKind.Lease, Domain, Run + "x1-" + Hex)]
    [InlineData(ObjectKind.Lease, Domain, Run + "-1234567890-" + Hex)]
    [InlineData(ObjectKind.Lease, Domain, Hex + "-1-" + Hex)]
    [InlineData(ObjectKind.Lease, Domain, Run + "-1-" + Run)]
    [InlineData((ObjectKind)99, "", Hex)]
    public void An_ill_formed_domain_or_id_makes_no_name(ObjectKind kind, string domain, string id)
    {
        Assert.False(ObjectName.TryParse(kind, domain, kind == ObjectKind.Config ? "config-" + id : id, out _));
        Assert.Throws<ArgumentException>(() => new ObjectName(kind, domain, id));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/config")]
    [InlineData("keys/config")]
    [InlineData("config-")]
    [InlineData("keys/config-" + Hex)]
    [InlineData("packs/" + Hex)]
    [InlineData("packs/01/" + Hex)]
    [InlineData("packs/" + Domain + "/" + Hex)]
    [InlineData("packs/" + Domain + "/02/" + Hex)]
    [InlineData("index/" + Hex)]
    [InlineData("keys/" + Domain + "/" + Hex)]
    [InlineData("other/" + Hex)]
    [InlineData("other/" + Domain + "/" + Hex)]
    [InlineData("snapshots/" + Domain + "/../" + Domain + "/" + Hex)]
    public void A_path_that_no_object_has_is_refused(string path) =>
        Assert.False(ObjectName.TryParsePath(path, out _));

    [Fact]
    public void A_hash_names_an_object()
    {
        byte[] hash = new Random(1).BytesOf(32);

        Assert.Equal(
            new ObjectName(ObjectKind.Pack, Domain, Convert.ToHexStringLower(hash)),
            ObjectName.FromHash(ObjectKind.Pack, Domain, hash));
    }

    [Fact]
    public void The_hash_in_a_name_is_found_whatever_stands_before_it()
    {
        byte[] hash = Convert.FromHexString(Hex);

        Assert.Equal(Hex, new ObjectName(ObjectKind.Pack, Domain, Hex).Hash.ToString());
        Assert.Equal(Hex, ObjectName.Lease(Domain, Run, 12, hash).Hash.ToString());
        Assert.Throws<InvalidOperationException>(() => new ObjectName(ObjectKind.PreviewConfig, string.Empty, "config").Hash);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(999_999_999)]
    public void A_lease_names_its_run_and_its_number(int number)
    {
        ObjectName lease = ObjectName.Lease(Domain, Run, number, Convert.FromHexString(Hex));

        Assert.Equal((Run, number), (lease.LeaseRun, lease.LeaseNumber));
        Assert.Throws<InvalidOperationException>(() => new ObjectName(ObjectKind.Key, Hex).LeaseRun);
        Assert.Throws<InvalidOperationException>(() => new ObjectName(ObjectKind.Key, Hex).LeaseNumber);
    }
}
