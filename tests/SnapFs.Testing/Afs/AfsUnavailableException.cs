namespace SnapFs.Testing.Afs;

/// <summary>This machine cannot have an AFS cell; the message is the one line that says why.</summary>
public sealed class AfsUnavailableException(string message) : Exception(message);
