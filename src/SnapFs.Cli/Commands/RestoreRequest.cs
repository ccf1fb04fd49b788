using SnapFs.Files.Restores;

namespace SnapFs.Cli.Commands;

/// <summary>A restore as the command line asks for it.</summary>
/// <param name="Reference">What to restore.</param>
/// <param name="Host">Whose newest snapshot <c>latest</c> is; null for this host's.</param>
/// <param name="Options">Where and how; the sources are filled in once the snapshot is known.</param>
internal sealed record RestoreRequest(string Reference, string? Host, RestoreOptions Options);
