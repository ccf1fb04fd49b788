namespace SnapFs.Repository.Checks;

/// <summary>A file or directory that a damaged object keeps from being read whole, in snapshots of one host and source.</summary>
/// <param name="Path">The raw path below the root, beginning with <c>/</c>.</param>
/// <param name="IsDirectory">Whether it is a directory, so that what is below it cannot be read either.</param>
/// <param name="Cause">The damaged or missing object, or what is wrong.</param>
public sealed record AffectedFile(ReadOnlyMemory<byte> Path, bool IsDirectory, string Cause)
{
    private readonly List<Range> _runs = [];

    /// <summary>The snapshots it is in, as runs of positions in <see cref="CheckReport.Snapshots"/>, in their order.</summary>
    public IReadOnlyList<Range> Runs => _runs;

    /// <summary>Number of the snapshots it is in.</summary>
    public int SnapshotCount => _runs.Sum(run => run.End.Value - run.Start.Value);

    /// <summary>Adds a snapshot.</summary>
    /// <param name="position">After those that were added.</param>
    internal void AddSnapshot(int position)
    {
        if (_runs is [.., var last] && last.End.Value >= position)
        {
            _runs[^1] = last.Start..(position + 1);
        }
        else
        {
            _runs.Add(position..(position + 1));
        }
    }
}
