namespace SnapFs.Jobs.Volumes;

/// <summary>Where a volume dump comes from. It is read once, front to back.</summary>
internal abstract class DumpSource : IDisposable
{
    /// <summary>What it is called in messages.</summary>
    public abstract string Name { get; }

    /// <summary>The dump.</summary>
    public abstract Stream Stream { get; }

    /// <summary>What went wrong with the command that writes the dump, whose output was read to its end: that is not to be trusted
    /// then.</summary>
    /// <returns>Null if nothing did.</returns>
    public abstract Task<DumpComplaint?> ComplaintAsync(CancellationToken cancellationToken);

    /// <summary>Reads what is left of a pipe: whoever writes into it would call one that is closed early a failure.</summary>
    public abstract Task DrainAsync(CancellationToken cancellationToken);

    /// <summary>Ends the command that writes the dump, if there is one; may be called by any thread before disposal.</summary>
    public abstract void Stop();

    /// <inheritdoc/>
    public abstract void Dispose();
}
