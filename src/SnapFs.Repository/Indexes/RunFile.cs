using SnapFs.Chunks;
using SnapFs.Local;
using SnapFs.Objects;

namespace SnapFs.Repository.Indexes;

/// <summary>Writes a run to a file, so that its name never leads to less than the whole.</summary>
internal static class RunFile
{
    /// <summary>The end of the names of runs.</summary>
    internal const string Suffix = ".run";

    /// <summary>The end of the names of files that are being written, which are locked.</summary>
    internal const string TemporarySuffix = ".tmp";

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="owner">Whose index it must be.</param>
    /// <param name="room">Where its blocks may stay in memory; null for that of the process.</param>
    /// <returns>Null if it is not a run of this index as it was written.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    internal static RunTables? TryOpen(string path, in ObjectId owner, KeptBlocks? room = null) =>
        RunTables.TryOpen(FileBytes.Open(path), in owner, room);

    /// <summary>Writes a run under another name, makes it durable, then gives it its name.</summary>
    /// <param name="path">Its name without the suffix; there is no such file.</param>
    /// <param name="kind">What its chunks hold.</param>
    /// <param name="owner">Whose index it is.</param>
    /// <param name="content">Writes its tables.</param>
    /// <returns>The file.</returns>
    /// <exception cref="IOException">It cannot be written, or what it is made from cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    internal static string Write(string path, ChunkKind kind, in ObjectId owner, Action<RunWriter> content)
    {
        FileStreamOptions options = PrivateFile.Options(FileMode.CreateNew, FileShare.None); // which locks it
        string temporary = path + TemporarySuffix;
        try
        {
            using (FileStream stream = new(temporary, options))
            {
                using RunWriter writer = new(stream, kind);
                content(writer);
                writer.Finish(in owner);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path + Suffix);
            return path + Suffix;
        }
        catch
        {
            Remove(temporary);
            throw;
        }
    }

    /// <summary>Removes what processes left behind that ended while they wrote.</summary>
    /// <param name="directory">Where runs lie.</param>
    /// <param name="age">Younger files are left alone: their writer may be about to lock them.</param>
    internal static void RemoveLeftovers(string directory, TimeSpan age)
    {
        foreach (FileInfo file in new DirectoryInfo(directory).EnumerateFiles("*" + TemporarySuffix))
        {
            if (DateTime.UtcNow - file.LastWriteTimeUtc < age)
            {
                continue;
            }

            try
            {
                // Opening fails while another process writes it.
                using FileStream leftover = new(file.FullName, FileMode.Open, FileAccess.Write, FileShare.None);
                file.Delete();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Whoever writes it removes it.
            }
        }
    }

    private static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The directory is gone, or was never there.
        }
    }
}
