using System.Text;

namespace SnapFs.Jobs.Importing;

/// <summary><c>borg</c> 1.x.</summary>
public sealed class BorgProgram : ForeignProgram
{
    private static readonly Version Oldest = new(1, 1);
    private static readonly Version Renamed = new(1, 2);
    private static readonly Version Other = new(2, 0);

    private readonly ForeignProcess _borg;
    private readonly string[] _global;
    private string[] _asStored = [];

    /// <param name="path">The directories to look for the program in, separated by colons.</param>
    /// <param name="repository">The repository, as borg takes it.</param>
    /// <param name="locks">Whether the repository is locked while it is read, as borg does.</param>
    /// <exception cref="JobException">It is not installed.</exception>
    public BorgProgram(string? path, string repository, bool locks)
    {
        Dictionary<string, string?> variables = new()
        {
            // A word of the environment is no option, whatever it begins with.
            ["BORG_REPO"] = Directory.Exists(repository) ? Path.GetFullPath(repository) : repository, // it runs elsewhere
            ["TZ"] = "UTC",
            ["LC_ALL"] = "C.UTF-8", // names are bytes to it in this one
        };
        _borg = new ForeignProcess(
            InstalledProgram.Find(path, "borg", "borgbackup"), variables, "BORG_PASSCOMMAND and BORG_PASSPHRASE");
        _global = locks ? [] : ["--bypass-lock"];
    }

    /// <inheritdoc/>
    public override string Name => "borg";

    /// <inheritdoc/>
    internal override async Task CheckAsync(CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> said = await _borg.ReadAsync(["--version"], cancellationToken).ConfigureAwait(false);
        Version version = ForeignVersion.Parse(Encoding.UTF8.GetString(said.Span), Name);
        if (version < Oldest || version >= Other)
        {
            throw new JobException(
                ErrorKind.Environment, $"borg {version} cannot be taken from: version {Oldest} or later of 1.x is needed");
        }

        // Owners by number, as everywhere here; a file that may not be changed could not be removed either.
        _asStored = version >= Renamed ? ["--numeric-ids", "--noflags"] : ["--numeric-owner", "--nobsdflags"];
    }

    /// <inheritdoc/>
    internal override async Task<IReadOnlyList<ForeignSnapshot>> ListAsync(CancellationToken cancellationToken) =>
        BorgListing.Snapshots(await _borg.ReadAsync(
            ["list", "--json", "--format", "{hostname}", .. _global, "::"], cancellationToken).ConfigureAwait(false));

    /// <inheritdoc/>
    internal override Task RestoreAsync(ForeignSnapshot snapshot, string directory, CancellationToken cancellationToken) =>
        _borg.RunInAsync(directory, ["extract", "--sparse", .. _asStored, .. _global, Place(snapshot)], cancellationToken);

    /// <inheritdoc/>
    internal override Task ListFilesAsync(
        ForeignSnapshot snapshot, Action<ForeignEntry> onEntry, CancellationToken cancellationToken) =>
        _borg.ReadLinesAsync(
            ["list", "--json-lines", .. _global, Place(snapshot)],
            line =>
            {
                if (BorgListing.Entry(line) is { } entry)
                {
                    onEntry(entry);
                }
            },
            cancellationToken);

    /// <summary>How one is named to it; braces would be filled in.</summary>
    private static string Place(ForeignSnapshot snapshot) =>
        "::" + snapshot.Name.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal);
}
