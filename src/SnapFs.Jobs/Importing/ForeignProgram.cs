namespace SnapFs.Jobs.Importing;

/// <summary>Another backup program with a repository of its own. It is asked for all that is there, and its repository is never
/// written to.</summary>
public abstract class ForeignProgram
{
    /// <summary>Its name, and the beginning of the tag of what was taken over.</summary>
    public abstract string Name { get; }

    /// <summary>The tag of the snapshot that was made of one of its own.</summary>
    /// <param name="id">The whole id there.</param>
    public string TagOf(string id) => $"{Name}:{id}";

    /// <summary>Looks whether the program is of a version that can be taken from.</summary>
    /// <exception cref="JobException">It is not, or cannot be run.</exception>
    internal abstract Task CheckAsync(CancellationToken cancellationToken);

    /// <summary>All snapshots of the repository, in no order.</summary>
    /// <exception cref="JobException">They cannot be listed; the message has what the program says.</exception>
    internal abstract Task<IReadOnlyList<ForeignSnapshot>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Writes all files of a snapshot.</summary>
    /// <param name="snapshot">Which.</param>
    /// <param name="directory">An empty directory.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="JobException">Something could not be read there or written here.</exception>
    internal abstract Task RestoreAsync(ForeignSnapshot snapshot, string directory, CancellationToken cancellationToken);

    /// <summary>Lists the files of a snapshot, directories before what is in them.</summary>
    /// <param name="snapshot">Which.</param>
    /// <param name="onEntry">Given each; called by one thread.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal abstract Task ListFilesAsync(
        ForeignSnapshot snapshot, Action<ForeignEntry> onEntry, CancellationToken cancellationToken);
}
