using SnapFs.Chunks;
using SnapFs.Objects;

namespace SnapFs.Repository.Indexes;

/// <summary>Makes runs in memory, by the code that makes those in files.</summary>
internal static class NativeRun
{
    /// <summary>Makes a run.</summary>
    /// <param name="kind">What its chunks hold.</param>
    /// <param name="maxLength">Bytes it has at most; those it has not take no memory.</param>
    /// <param name="owner">Whose index it is.</param>
    /// <param name="content">Writes its tables.</param>
    internal static RunTables Make(ChunkKind kind, long maxLength, in ObjectId owner, Action<RunWriter> content)
    {
        NativeBytes bytes = new(maxLength);
        try
        {
            using UnmanagedMemoryStream stream = bytes.OpenWrite();
            using RunWriter writer = new(stream, kind);
            content(writer);
            writer.Finish(in owner);
            bytes.Shrink(stream.Length);
        }
        catch
        {
            bytes.Dispose();
            throw;
        }

        return RunTables.TryOpen(bytes, in owner) ?? throw new RunFileException(null);
    }
}
