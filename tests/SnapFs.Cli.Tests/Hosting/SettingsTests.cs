using SnapFs.Cli.Hosting;
using SnapFs.Jobs.Secrets;
using SnapFs.Storage;

namespace SnapFs.Cli.Tests.Hosting;

public sealed class SettingsTests
{
    private readonly TestCli _cli = new();

    [Fact]
    public void A_flag_goes_before_the_environment()
    {
        _cli.Variables["SNAPFS_REPOSITORY"] = "/from/environment";
        _cli.Variables["SNAPFS_CACHE_DIR"] = "/cache/from/environment";

        Assert.Equal("/from/environment", Resolve().Repository);
        Assert.Equal("/from/flag", Resolve("--repo", "/from/flag").Repository);
        Assert.Equal("/cache/from/environment", Resolve().CacheDirectory);
        Assert.Equal("/cache", Resolve("--cache-dir", "/cache").CacheDirectory);
    }

    [Fact]
    public void Secrets_have_one_order()
    {
        Assert.Equal(SecretKind.Prompt, Resolve().Secret.Kind);
        _cli.Variables["SNAPFS_PASSWORD"] = "p";
        Assert.Equal(SecretKind.PasswordVariable, Resolve().Secret.Kind);
        _cli.Variables["SNAPFS_PASSWORD_COMMAND"] = "echo p";
        Assert.Equal(SecretKind.PasswordCommand, Resolve().Secret.Kind);
        _cli.Variables["SNAPFS_PASSWORD_FILE"] = "/p";
        Assert.Equal(SecretKind.PasswordFile, Resolve().Secret.Kind);
        _cli.Variables["SNAPFS_KEY_FILE"] = "/k";
        Assert.Equal(SecretKind.KeyFile, Resolve().Secret.Kind);
        Assert.Equal(
            new SecretChoice(SecretKind.PasswordFile, "/flag", "--password-file"),
            Resolve("--password-file", "/flag").Secret);
        Assert.Equal(
            new SecretChoice(SecretKind.KeyFile, "/flag", "--key-file"), Resolve("--key-file", "/flag").Secret);
    }

    [Fact]
    public void An_empty_variable_is_as_good_as_none()
    {
        _cli.Variables["SNAPFS_REPOSITORY"] = "";
        _cli.Variables["SNAPFS_PASSWORD"] = "";

        Assert.Null(Resolve().Repository);
        Assert.Equal(SecretKind.Prompt, Resolve().Secret.Kind);
    }

    [Theory]
    [InlineData("--quiet", "--verbose")]
    [InlineData("--key-file=/k", "--password-file=/p")]
    public void Options_that_contradict_each_other_are_refused(string one, string other) =>
        Assert.Throws<UsageException>(() => Resolve(one, other));

    [Theory]
    [InlineData("s3:https://host/bucket")]
    [InlineData("sftp:user@host:/path")]
    public void Repositories_of_later_versions_are_refused_by_name(string repository)
    {
        StorageAddressException e =
            Assert.Throws<StorageAddressException>(() => Resolve("--repo", repository).RequireRepository());
        Assert.Contains("not in this version", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_repository_names_the_option_and_the_variable()
    {
        UsageException e = Assert.Throws<UsageException>(() => Resolve().RequireRepository());
        Assert.Contains("--repo", e.Message, StringComparison.Ordinal);
        Assert.Contains("SNAPFS_REPOSITORY", e.Message, StringComparison.Ordinal);
    }

    private Settings Resolve(params string[] arguments)
    {
        CommandTree tree = CommandTree.Create();
        return Settings.Resolve(tree.Parse(["version", .. arguments]), tree.Globals, _cli.Environment);
    }
}
