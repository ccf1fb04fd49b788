namespace SnapFs.Posix.Processes;

/// <summary>The environment variables that hold a secret or say where one is.</summary>
public static class SecretVariables
{
    /// <summary>Names a key file.</summary>
    public const string KeyFile = "SNAPFS_KEY_FILE";

    /// <summary>Names a file with a passphrase.</summary>
    public const string PasswordFile = "SNAPFS_PASSWORD_FILE";

    /// <summary>Holds a command that prints a passphrase.</summary>
    public const string PasswordCommand = "SNAPFS_PASSWORD_COMMAND";

    /// <summary>Holds a passphrase.</summary>
    public const string Password = "SNAPFS_PASSWORD";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [KeyFile, PasswordFile, PasswordCommand, Password];
}
