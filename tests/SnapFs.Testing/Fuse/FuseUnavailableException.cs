namespace SnapFs.Testing.Fuse;

/// <summary>This machine lets nobody mount a file system of the tests' own; the message is the one line that says why.</summary>
public sealed class FuseUnavailableException(string message) : Exception(message);
