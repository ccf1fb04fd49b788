using System.Text;
using SnapFs.Cryptography;
using SnapFs.Jobs.Secrets;
using SnapFs.Repository;

namespace SnapFs.Jobs.Tests.Secrets;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class SecretReaderTests : IDisposable
{
    private readonly Queue<string> _answers = [];
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
        Assert.Contains("No such file or directory", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_output_of_a_command_is_the_passphrase() =>
        Assert.Equal("from command", Read(SecretKind.PasswordCommand, "echo from command"));

    [Theory]
    [InlineData("exit 3")]
    [InlineData("echo half; exit 3")]
    public void A_command_that_fails_gives_no_passphrase(string command)
    {
        JobException e = Assert.Throws<JobException>(
            () => Read(SecretKind.PasswordCommand, command));
        Assert.Contains("exited with 3", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_new_passphrase_is_typed_twice()
    {
        _answers.Enqueue("one");
        _answers.Enqueue("one");
        using SecretBytes secret = Reader(SecretKind.Prompt, "").ReadNew();
        Assert.Equal("one", Encoding.UTF8.GetString(secret.Span));

        _answers.Enqueue("one");
        _answers.Enqueue("two");
        Assert.Throws<UsageException>(() => Reader(SecretKind.Prompt, "").ReadNew());
    }

    [Fact]
    public void A_person_has_three_tries_and_hears_which_repository_it_is()
    {
        Queue<string> answers = new(["first", "second", "third", "fourth"]);
        List<string> questions = [];
        SecretReader reader = new(new SecretChoice(SecretKind.Prompt, "", "test"), _ => null, Ask, "/srv/\u001bbackup");

        using RepositorySecret first = reader.Fetch();
        using RepositorySecret? second = reader.FetchAgain();
        using RepositorySecret? third = reader.FetchAgain();

        Assert.NotNull(second);
        Assert.NotNull(third);
        Assert.Null(reader.FetchAgain());
        Assert.Equal(3, questions.Count);
        Assert.Equal(@"Passphrase of /srv/\x1bbackup: ", questions[0]);

        byte[] Ask(string question)
        {
            questions.Add(question);
            return Encoding.UTF8.GetBytes(answers.Dequeue());
        }
    }

    [Theory]
    [InlineData(SecretKind.PasswordCommand)]
    [InlineData(SecretKind.PasswordVariable)]
    public void What_no_person_typed_is_not_asked_for_again(SecretKind kind) =>
        Assert.Null(Reader(kind, "echo secret").FetchAgain());

    [Fact]
    public void Without_a_terminal_nobody_is_asked() =>
        Assert.Throws<UsageException>(() => Read(SecretKind.Prompt, ""));

    private SecretReader Reader(SecretKind kind, string value) => new(
        new SecretChoice(kind, value, "--test"),
        _ => null,
        _ => _answers.TryDequeue(out string? answer) ? Encoding.UTF8.GetBytes(answer) : null);

    private string Read(SecretKind kind, string value)
    {
        using SecretBytes secret = Reader(kind, value).Read("Passphrase: ");
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
