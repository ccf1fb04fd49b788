namespace SnapFs.Jobs.Secrets;

/// <summary>Where the secret that opens the repository comes from.</summary>
/// <param name="Kind">What kind of place.</param>
/// <param name="Value">The file, the command or the name of the variable; never the secret.</param>
/// <param name="Origin">The option or variable that says so, for messages.</param>
public sealed record SecretChoice(SecretKind Kind, string Value, string Origin);
