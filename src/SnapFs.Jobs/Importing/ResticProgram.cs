using System.Text;

namespace SnapFs.Jobs.Importing;

/// <summary><c>restic</c>.</summary>
public sealed class ResticProgram : ForeignProgram
{
    private static readonly Version Oldest = new(0, 14);
    private static readonly Version WritesHoles = new(0, 15);

    private readonly ForeignProcess _restic;
    private readonly string[] _global;
    private bool _writesHoles;

    /// <param name="path">The directories to look for the program in, separated by colons.</param>
    /// <param name="repository">The repository, as restic takes it.</param>
    /// <param name="locks">Whether the repository is locked while it is read, as restic does.</param>
    /// <exception cref="JobException">It is not installed.</exception>
    public ResticProgram(string? path, string repository, bool locks)
    {
        Dictionary<string, string?> variables = new()
        {
            // A word of the environment is no option, whatever it begins with.
            ["RESTIC_REPOSITORY"] = repository,
            ["RESTIC_REPOSITORY_FILE"] = null,
            ["TZ"] = "UTC",
        };
        _restic = new ForeignProcess(
            InstalledProgram.Find(path, "restic", "restic"),
            variables,
            "RESTIC_PASSWORD_FILE, RESTIC_PASSWORD_COMMAND and RESTIC_PASSWORD");
        _global = locks ? [] : ["--no-lock"];
    }

    /// <inheritdoc/>
    public override string Name => "restic";

    /// <inheritdoc/>
    internal override async Task CheckAsync(CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> said = await _restic.ReadAsync(["version"], cancellationToken).ConfigureAwait(false);
        Version version = ForeignVersion.Parse(Encoding.UTF8.GetString(said.Span), Name);
        if (version < Oldest)
        {
            throw new JobException(
                ErrorKind.Environment, $"restic {version} is too old: {Oldest} or later is needed, which reads format 2");
        }

        _writesHoles = version >= WritesHoles;
    }

    /// <inheritdoc/>
    internal override async Task<IReadOnlyList<ForeignSnapshot>> ListAsync(CancellationToken cancellationToken) =>
        ResticListing.Snapshots(
            await _restic.ReadAsync(["snapshots", "--json", .. _global], cancellationToken).ConfigureAwait(false));

    /// <inheritdoc/>
    internal override Task RestoreAsync(ForeignSnapshot snapshot, string directory, CancellationToken cancellationToken) =>
        _restic.ReadAsync(
            [
                "restore", "--quiet", "--verify", "--target", directory, .. _global,
                .. (ReadOnlySpan<string>)(_writesHoles ? ["--sparse"] : []),
                snapshot.Id,
            ],
            cancellationToken);

    /// <inheritdoc/>
    internal override Task ListFilesAsync(
        ForeignSnapshot snapshot, Action<ForeignEntry> onEntry, CancellationToken cancellationToken) =>
        _restic.ReadLinesAsync(
            ["ls", "--json", .. _global, snapshot.Id],
            line =>
            {
                if (ResticListing.Entry(line) is { } entry)
                {
                    onEntry(entry);
                }
            },
            cancellationToken);
}
