using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using SnapFs.Cryptography;
using SnapFs.Jobs.Connections;
using SnapFs.Posix.Processes;
using SnapFs.Repository;
using SnapFs.Repository.Keys;

namespace SnapFs.Jobs.Secrets;

/// <summary>Fetches secrets from where the user said they are.</summary>
/// <param name="choice">Where the secret is.</param>
/// <param name="variable">Gives environment variables; null for one that is unset.</param>
/// <param name="prompt">Asks a person without echo; null from it means that there is nobody to ask.</param>
/// <param name="repository">What the secret opens, as a person is told when asked for it; null if that is not said.</param>
public sealed class SecretReader(
    SecretChoice choice, Func<string, string?> variable, Func<string, byte[]?> prompt, string? repository = null)
    : ISecretProvider
{
    /// <summary>Bytes of the longest passphrase or key file.</summary>
    public const int MaxLength = 64 * 1024;

    /// <summary>How often a person is asked.</summary>
    private const int Tries = 3;

    private const UnixFileMode OthersMayRead = UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    private int _asked;

    /// <summary>Where else the secret may come from, for who cannot be asked.</summary>
    public string Elsewhere { get; init; } = "set SNAPFS_PASSWORD_FILE or --key-file";

    /// <inheritdoc/>
    public RepositorySecret Fetch()
    {
        if (choice.Kind == SecretKind.KeyFile)
        {
            return new RepositorySecret.FromKeyFile(KeyFileStore.Read(RawPaths.RequireText(choice.Value)));
        }

        _asked++;
        using SecretBytes secret = Read(repository is null ? "Passphrase: " : $"Passphrase of {SafeText.Of(repository)}: ");
        return new RepositorySecret.Password(secret.Span);
    }

    /// <inheritdoc/>
    public RepositorySecret? FetchAgain()
    {
        if (choice.Kind != SecretKind.Prompt || _asked++ >= Tries || prompt("Wrong passphrase. Once more: ") is not { } line)
        {
            return null;
        }

        using SecretBytes secret = Own(line);
        return new RepositorySecret.Password(secret.Span);
    }

    /// <summary>A passphrase that is to be set: a person types it twice.</summary>
    /// <exception cref="UsageException">The two are not equal, or there is none.</exception>
    public SecretBytes ReadNew()
    {
        SecretBytes first = Read("New passphrase: ");
        if (choice.Kind != SecretKind.Prompt)
        {
            return first;
        }

        using SecretBytes second = Ask("The same again: ");
        if (!CryptographicOperations.FixedTimeEquals(first.Span, second.Span))
        {
            first.Dispose();
            throw new UsageException("the two passphrases differ; nothing was changed");
        }

        return first;
    }

    /// <summary>A passphrase.</summary>
    /// <param name="question">What a person is asked.</param>
    /// <exception cref="UsageException">There is nothing to read, or others can read it.</exception>
    public SecretBytes Read(string question) => choice.Kind switch
    {
        SecretKind.PasswordFile => ReadFile(RawPaths.RequireText(choice.Value), choice.Origin, trimLineEnd: true),
        SecretKind.PasswordCommand => RunCommand(),
        SecretKind.PasswordVariable => Own(Encoding.UTF8.GetBytes(variable(choice.Value) ?? "")),
        SecretKind.Prompt => Ask(question),
        _ => throw new InvalidOperationException("a key file is no passphrase"),
    };

    /// <summary>A file with a secret in it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="origin">The option or variable that names it.</param>
    /// <param name="trimLineEnd">Whether one line end after the secret is not part of it.</param>
    public static SecretBytes ReadFile(string path, string origin, bool trimLineEnd)
    {
        string shown = SafeText.Of(path);
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file.SafeFileHandle) & OthersMayRead) != 0)
            {
                throw new UsageException($"{shown} ({origin}) can be read by everybody; run 'chmod o= {shown}'");
            }

            return Take(file, trimLineEnd, $"{shown} ({origin})");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{shown} ({origin}) cannot be read: {SystemText.Of(e)}");
        }
    }

    private SecretBytes RunCommand()
    {
        using Process process = Start();
        SecretBytes secret;
        try
        {
            secret = Take(process.StandardOutput.BaseStream, trimLineEnd: true, $"the output of {choice.Origin}");
        }
        catch (UsageException)
        {
            process.WaitForExit();
            if (process.ExitCode == 0)
            {
                throw;
            }

            throw Failed(process.ExitCode);
        }

        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            secret.Dispose();
            throw Failed(process.ExitCode);
        }

        return secret;
    }

    private Process Start()
    {
        try
        {
            return ChildProcess.Start(new ProcessStartInfo("/bin/sh", ["-c", choice.Value]) { RedirectStandardOutput = true });
        }
        catch (Win32Exception e)
        {
            throw new JobException(ErrorKind.Environment, $"the command of {choice.Origin} cannot be run: {SystemText.Of(e)}");
        }
    }

    private JobException Failed(int exitCode) =>
        new(ErrorKind.Environment, $"the command of {choice.Origin} exited with {exitCode}; run it by hand to see why");

    private SecretBytes Ask(string question)
    {
        byte[] line = prompt(question)
            ?? throw new UsageException(
                $"no passphrase is given and there is no terminal to ask on; {Elsewhere}");
        if (line.Length == 0)
        {
            throw new UsageException("the passphrase is empty; type one");
        }

        return Own(line);
    }

    private static SecretBytes Take(Stream stream, bool trimLineEnd, string what)
    {
        byte[] buffer = GC.AllocateArray<byte>(MaxLength + 2, pinned: true);
        try
        {
            int length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            if (trimLineEnd && length > 0 && buffer[length - 1] == (byte)'\n')
            {
                length -= length > 1 && buffer[length - 2] == (byte)'\r' ? 2 : 1;
            }

            if (length == 0)
            {
                throw new UsageException($"{what} is empty; it must hold the secret");
            }

            if (length > MaxLength)
            {
                throw new UsageException($"{what} has more than {MaxLength} bytes; that is no secret");
            }

            return new SecretBytes(buffer.AsSpan(0, length));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
        }
    }

    private static SecretBytes Own(byte[] bytes)
    {
        SecretBytes secret = new(bytes);
        CryptographicOperations.ZeroMemory(bytes);
        return secret;
    }
}
