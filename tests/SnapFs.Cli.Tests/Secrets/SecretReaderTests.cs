using System.Text;
using SnapFs.Cli.Hosting;
using SnapFs.Cli.Secrets;
using SnapFs.Cryptography;

namespace SnapFs.Cli.Tests.Secrets;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class SecretReaderTests : IDisposable
{
    private readonly TestCli _cli = new();
    private readonly string _directory = Directory.CreateTempSubdirectory("snapfs-secret-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("secret", "secret")]
    [InlineData("secret\n", "secret")]
    [InlineData("secret\r\n", "secret")]
    [InlineData("secret\n\n", "secret\n")]
    [InlineData(" with spaces \n", " with spaces ")]
    public void One_line_end_of_a_password_file_is_not_part_of_the_passphrase(string content, string passphrase) =>
        Assert.Equal(passphrase, Read(SecretKind.PasswordFile, WriteFile(content)));

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    public void An_empty_password_file_is_refused(string content) =>
        Assert.Throws<UsageException>(() => Read(SecretKind.PasswordFile, WriteFile(content)));

    [Fact]
    public void A_password_file_that_everybody_can_read_is_refused()
    {
        string path = WriteFile("secret");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.OtherRead);

        UsageException e = Assert.Throws<UsageException>(() => Read(SecretKind.PasswordFile, path));

        Assert.Contains("chmod", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_password_file_is_named()
    {
        UsageException e = Assert.Throws<UsageException>(
            () => Read(SecretKind.PasswordFile, Path.Combine(_directory, "none")));
        Assert.Contains("there is no such file", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_output_of_a_command_is_the_passphrase() =>
        Assert.Equal("from command", Read(SecretKind.PasswordCommand, "echo from command"));

    [Theory]
    [InlineData("exit 3")]
    [InlineData("echo half; exit 3")]
    public void A_command_that_fails_gives_no_passphrase(string command)
    {
        CommandFailedException e = Assert.Throws<CommandFailedException>(
            () => Read(SecretKind.PasswordCommand, command));
        Assert.Contains("exited with 3", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_new_passphrase_is_typed_twice()
    {
        _cli.Answers.Enqueue("one");
        _cli.Answers.Enqueue("one");
        using SecretBytes secret = SecretReader.ReadNew(Choice(SecretKind.Prompt, ""), _cli.Environment, "?");
        Assert.Equal("one", Encoding.UTF8.GetString(secret.Span));

        _cli.Answers.Enqueue("one");
        _cli.Answers.Enqueue("two");
        Assert.Throws<UsageException>(
            () => SecretReader.ReadNew(Choice(SecretKind.Prompt, ""), _cli.Environment, "?"));
    }

    [Fact]
    public void Without_a_terminal_nobody_is_asked() =>
        Assert.Throws<UsageException>(() => Read(SecretKind.Prompt, ""));

    private static SecretChoice Choice(SecretKind kind, string value) => new(kind, value, "--test");

    private string Read(SecretKind kind, string value)
    {
        using SecretBytes secret = SecretReader.Read(Choice(kind, value), _cli.Environment, "Passphrase: ");
        return Encoding.UTF8.GetString(secret.Span);
    }

    private string WriteFile(string content)
    {
        string path = Path.Combine(_directory, "password");
        File.WriteAllText(path, content);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }
}
