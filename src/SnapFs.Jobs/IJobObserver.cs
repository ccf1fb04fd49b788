using SnapFs.Files.Backups;
using SnapFs.Files.Restores;

namespace SnapFs.Jobs;

/// <summary>Learns what a job meets and how far it is. Safe for concurrent use; never throws.</summary>
public interface IJobObserver
{
    /// <summary>Whether someone looks at progress as it happens, so that it pays to estimate how much there is.</summary>
    bool WantsEstimate { get; }

    /// <summary>Told of what differs from the snapshot before, with its recorded path, raw; null if nobody asks for it.</summary>
    Action<FileChange, byte[]>? OnChange { get; }

    /// <summary>Told of what a restore does with an entry, or would, with its recorded path, or on the target if it is removed, raw;
    /// null if nobody asks for it.</summary>
    Action<RestoreChange, byte[]>? OnRestore { get; }

    /// <summary>Something could not be read or written; the rest is done.</summary>
    void Problem(Problem problem);

    /// <summary>Something is not as it should be; all that was asked for is done.</summary>
    void Warning(string warning);

    /// <summary>The same of something that is known in more detail.</summary>
    void Warning(Problem warning);

    /// <summary>Something that only explains, such as why a run takes longer.</summary>
    void Note(string note);

    /// <summary>The same of something that is known in more detail.</summary>
    void Note(Problem note);

    /// <summary>Shows progress until the result is disposed of.</summary>
    /// <param name="read">Gives the state after a time since the start; called on any thread.</param>
    IAsyncDisposable Watch(Func<TimeSpan, ProgressState> read);
}
