namespace SnapFs.Jobs.Secrets;

/// <summary>The kinds of places a secret comes from.</summary>
public enum SecretKind
{
    /// <summary>A person types a passphrase.</summary>
    Prompt,

    /// <summary>A key file, which needs no passphrase.</summary>
    KeyFile,

    /// <summary>A file with a passphrase.</summary>
    PasswordFile,

    /// <summary>A shell command that prints a passphrase.</summary>
    PasswordCommand,

    /// <summary>A variable with a passphrase.</summary>
    PasswordVariable,
}
