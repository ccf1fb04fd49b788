using SnapFs.Jobs.Vos;

namespace SnapFs.Jobs.Tests.Vos;

public sealed class VolumeServerTests
{
    [Theory]
    [InlineData("-force")]
    [InlineData("user.alice.backup")]
    [InlineData("12345")]
    [InlineData("a.name.of.23.characters")]
    [InlineData("a b")]
    public void A_name_that_no_volume_can_have_never_reaches_vos(string name) =>
        Assert.Throws<UsageException>(() => VolumeServer.RequireNewName(name));
}
