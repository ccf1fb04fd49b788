using System.Text;
using SnapFs.Cli.Output;
using SnapFs.Repository.Reading;
using SnapFs.Snapshots;

namespace SnapFs.Cli.Commands;

/// <summary>The metrics of a repository, in a file that a collector reads whenever it likes.</summary>
internal static class MetricsFile
{
    private const UnixFileMode ForAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Writes them; what was there is replaced in one step, so that nobody reads a part.</summary>
    /// <param name="output">For <c>-</c>.</param>
    /// <param name="file">The file, or <c>-</c>.</param>
    /// <param name="reader">The repository.</param>
    /// <exception cref="JobException">It cannot be written.</exception>
    public static void Write(CommandOutput output, string file, RepositoryReader reader)
    {
        string text = TextOf(reader);
        if (file == "-")
        {
            output.Write(text);
            return;
        }

        string temporary = $"{file}.{Environment.ProcessId}"; // no .prom: it is not collected
        try
        {
            FileStreamOptions options = new() { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = ForAll;
            }

            using (FileStream stream = new(temporary, options))
            {
                stream.Write(Encoding.UTF8.GetBytes(text));
            }

            File.Move(temporary, file, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (File.Exists(temporary))
            {
                File.Delete(temporary);
            }

            throw new JobException(ErrorKind.Target, $"{SafeText.Of(file)} (--prometheus) cannot be written: {SystemText.Of(e)}");
        }
    }

    private static string TextOf(RepositoryReader reader)
    {
        (long plain, long stored) = reader.Totals;
        StringBuilder text = new();
        SnapshotMetrics.Append(text, SnapshotSeries.Of(reader.Snapshots));
        SnapshotMetrics.Append(text, "repository_distinct_bytes", "Plain bytes of all chunks, each once.", plain);
        SnapshotMetrics.Append(text, "repository_stored_bytes", "Bytes of all packs.", stored);
        SnapshotMetrics.Append(text, "repository_chunks", "Chunks in the index.", reader.ChunkCount);
        SnapshotMetrics.Append(text, "repository_packs", "Packs in the index.", reader.IndexedPacks.Count());
        SnapshotMetrics.Append(text, "repository_problems", "Objects that cannot be used; see snapfs check.", reader.Problems.Count);
        return text.ToString();
    }
}
