using SnapFs.Posix.Owners;

namespace SnapFs.Files.Tests.Owners;

public sealed class SystemUsersTests
{
    private readonly SystemUsers _users = new();

    [Fact]
    public void Root_is_found_by_name_and_number()
    {
        Assert.True(_users.TryFindUser("root"u8, out uint user));
        Assert.Equal(0u, user);
        Assert.True(_users.TryFindGroup("root"u8, out uint group));
        Assert.Equal(0u, group);
        Assert.True(_users.HasUser(0));
        Assert.True(_users.HasGroup(0));
    }

    [Fact]
    public void Unknown_names_and_numbers_are_not_found()
    {
        Assert.False(_users.TryFindUser("no such user"u8, out _));
        Assert.False(_users.TryFindGroup("no such group"u8, out _));
        Assert.False(_users.HasUser(3_999_999_999));
        Assert.False(_users.HasGroup(3_999_999_999));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(Posix.Interop.Libc.ENOENT, true)]
    [InlineData(3, true)] // ESRCH
    [InlineData(9, true)] // EBADF
    [InlineData(Posix.Interop.Libc.EPERM, true)]
    [InlineData(Posix.Interop.Libc.EIO, false)]
    [InlineData(Posix.Interop.Libc.ETIMEDOUT, false)]
    [InlineData(Posix.Interop.Libc.ERANGE, false)]
    public void A_number_is_nobodys_only_if_the_name_service_says_so(int error, bool isNobody)
    {
        Assert.Equal(isNobody, new NameServiceAnswer(null, [], error).IsNobody);
        Assert.False(new NameServiceAnswer(5, [], error).IsNobody);
    }
}
