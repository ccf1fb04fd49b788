namespace SnapFs.Mount.Nodes;

/// <summary>Takes the entries of a directory, in order. Implemented by structs so that calls are direct.</summary>
public interface IDirectorySink
{
    /// <summary>Takes one entry.</summary>
    /// <param name="name">The raw name; valid only during the call.</param>
    /// <param name="position">Where a later listing resumes after this entry.</param>
    /// <param name="entry">The node.</param>
    /// <returns>False if there is no room: the entry was not taken.</returns>
    bool Add(ReadOnlySpan<byte> name, ulong position, in NodeEntry entry);
}
