using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using SnapFs.Cli.Hosting;
using SnapFs.Cli.Output;
using SnapFs.Cryptography;

namespace SnapFs.Cli.Secrets;

/// <summary>Fetches passphrases from where the user said they are.</summary>
internal static class SecretReader
{
    /// <summary>Bytes of the longest passphrase or key file.</summary>
    public const int MaxLength = 64 * 1024;

    private const UnixFileMode OthersMayRead = UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>A passphrase.</summary>
    /// <param name="choice">Where it is; not a key file.</param>
    /// <param name="environment">The process around us.</param>
    /// <param name="question">What a person is asked.</param>
    /// <exception cref="UsageException">There is nothing to read, or others can read it.</exception>
    public static SecretBytes Read(SecretChoice choice, CliEnvironment environment, string question) =>
        choice.Kind switch
        {
            SecretKind.PasswordFile => ReadFile(choice.Value, choice.Origin, trimLineEnd: true),
            SecretKind.PasswordCommand => RunCommand(choice),
            SecretKind.PasswordVariable => FromVariable(environment),
            SecretKind.Prompt => Ask(environment, question),
            _ => throw new ArgumentException("a key file is no passphrase", nameof(choice)),
        };

    /// <summary>A passphrase that is to be set: a person types it twice.</summary>
    /// <exception cref="UsageException">The two are not equal, or there is none.</exception>
    public static SecretBytes ReadNew(SecretChoice choice, CliEnvironment environment, string question)
    {
        SecretBytes first = Read(choice, environment, question);
        if (choice.Kind != SecretKind.Prompt)
        {
            return first;
        }

        using SecretBytes second = Ask(environment, "The same again: ");
        if (!CryptographicOperations.FixedTimeEquals(first.Span, second.Span))
        {
            first.Dispose();
            throw new UsageException("the two passphrases differ; nothing was changed");
        }

        return first;
    }

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
            string why = e is FileNotFoundException or DirectoryNotFoundException
                ? "there is no such file"
                : e.Message.TrimEnd('.');
            throw new UsageException($"{shown} ({origin}) cannot be read: {why}");
        }
    }

    private static SecretBytes RunCommand(SecretChoice choice)
    {
        ProcessStartInfo start = new("/bin/sh") { RedirectStandardOutput = true, UseShellExecute = false };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(choice.Value);
        using Process process = Process.Start(start)
            ?? throw new CommandFailedException($"the command of {choice.Origin} cannot be run; check it");
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

            throw Failed(choice, process.ExitCode);
        }

        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            secret.Dispose();
            throw Failed(choice, process.ExitCode);
        }

        return secret;
    }

    private static CommandFailedException Failed(SecretChoice choice, int exitCode) =>
        new($"the command of {choice.Origin} exited with {exitCode}; run it by hand to see why");

    private static SecretBytes FromVariable(CliEnvironment environment)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(environment.Variable(Settings.PasswordVariable) ?? "");
        return Own(bytes);
    }

    private static SecretBytes Ask(CliEnvironment environment, string question)
    {
        byte[] line = environment.Prompt(question)
            ?? throw new UsageException(
                "no passphrase is given and there is no terminal to ask on; set SNAPFS_PASSWORD_FILE or --key-file");
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
