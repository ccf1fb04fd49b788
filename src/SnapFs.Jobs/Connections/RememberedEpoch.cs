using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SnapFs.Local;
using SnapFs.Objects;
using SnapFs.Repository;

namespace SnapFs.Jobs.Connections;

/// <summary>
/// The newest epoch of a repository that this machine has seen. Who holds the storage can show a state of it from before a
/// key was taken away, in which that key still counts; a machine that was there later does not believe it.
/// </summary>
internal static class RememberedEpoch
{
    private const string FileName = "epoch";
    private const int MaxLength = 128;

    /// <summary>Refuses a repository that has gone back, and remembers one that has gone on.</summary>
    /// <param name="cache">Where this is remembered. Trouble with it is reported there, and refuses nothing.</param>
    /// <param name="repository">The repository.</param>
    /// <param name="epoch">The newest epoch that is in it.</param>
    /// <exception cref="JobException">It has gone back.</exception>
    internal static void Require(LocalCache cache, in ObjectId repository, uint epoch)
    {
        string path = Path.Combine(cache.Directory, FileName);
        try
        {
            uint seen = Read(path, repository);
            if (seen > epoch)
            {
                throw new JobException(
                    ErrorKind.Damaged,
                    $"the repository has gone back: its newest epoch is {epoch}, and this machine has seen {seen}. Keys that were "
                    + "taken away since then would count again. If it was you who put an older state back, or this is a copy that was "
                    + $"not brought up to date since: bring it up to date, or delete {SafeText.Of(path)} to use it as it is");
            }

            if (seen < epoch)
            {
                Write(path, repository, epoch);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            cache.Report(path, SystemText.Of(e));
        }
    }

    /// <summary>Zero if nothing is remembered: a torn file is none.</summary>
    private static uint Read(string path, in ObjectId repository)
    {
        FileInfo file = new(path);
        if (!file.Exists && !Directory.Exists(path))
        {
            return 0;
        }

        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        Span<byte> content = stackalloc byte[MaxLength];
        string text = Encoding.ASCII.GetString(content[..stream.ReadAtLeast(content, MaxLength, throwOnEndOfStream: false)]);
        int end = text.IndexOf(' ', StringComparison.Ordinal);
        return end > 0
            && uint.TryParse(text.AsSpan(0, end), NumberStyles.None, CultureInfo.InvariantCulture, out uint epoch)
            && text == Line(repository, epoch)
                ? epoch
                : 0;
    }

    /// <summary>Never in place: a process that reads in that moment would take it for torn, and write what it sees itself.</summary>
    private static void Write(string path, in ObjectId repository, uint epoch)
    {
        string temporary = $"{path}-{Guid.NewGuid():N}.tmp";
        try
        {
            using (FileStream stream = new(temporary, PrivateFile.Options(FileMode.CreateNew)))
            {
                stream.Write(Encoding.ASCII.GetBytes(Line(repository, epoch)));
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>The number, and a hash that tells a torn file, and that of another repository, from it.</summary>
    private static string Line(in ObjectId repository, uint epoch)
    {
        Span<byte> bound = stackalloc byte[ObjectId.Length + sizeof(uint)];
        repository.Span.CopyTo(bound);
        BinaryPrimitives.WriteUInt32LittleEndian(bound[ObjectId.Length..], epoch);
        return string.Create(CultureInfo.InvariantCulture, $"{epoch} {Convert.ToHexStringLower(SHA256.HashData(bound))}\n");
    }
}
