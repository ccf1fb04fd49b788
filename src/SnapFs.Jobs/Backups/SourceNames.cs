using System.Security.Cryptography;
using System.Text;

namespace SnapFs.Jobs.Backups;

/// <summary>Names for what is backed up by hand: the paths with <c>/</c> written <c>-</c>, joined by <c>+</c>.</summary>
public static class SourceNames
{
    /// <summary>A name is a directory of the mount: 255 bytes at most, and readable.</summary>
    private const int MaxBytes = 120;

    /// <summary>The name for some recorded paths: <c>usr</c>, <c>etc+home-ann</c>, <c>root</c> for <c>/</c>.</summary>
    /// <param name="paths">Absolute, raw.</param>
    public static string For(IReadOnlyList<ReadOnlyMemory<byte>> paths)
    {
        string name = string.Join('+', paths.Select(path => OfPath(path.Span)));
        if (Encoding.UTF8.GetByteCount(name) <= MaxBytes)
        {
            return name;
        }

        return WithSuffix(name, paths);
    }

    /// <summary>A name for paths whose plain name other paths have: with a hash of them.</summary>
    public static string WithSuffix(string name, IReadOnlyList<ReadOnlyMemory<byte>> paths)
    {
        StringBuilder start = new();
        int bytes = 0;
        foreach (Rune rune in name.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > MaxBytes - 9)
            {
                break;
            }

            start.Append(rune);
        }

        return $"{start}-{Hash(paths)}";
    }

    /// <summary>Whether a name given by the user can be a directory of the mount.</summary>
    public static bool IsValid(string name) =>
        name.Length > 0
        && name is not ("." or "..")
        && Encoding.UTF8.GetByteCount(name) <= 255
        && !name.Contains('/')
        && !name.EnumerateRunes().Any(rune => Rune.IsControl(rune) || rune == Rune.ReplacementChar);

    /// <summary>Refuses what is none of <see cref="IsValid"/>.</summary>
    /// <param name="name">The name of a host, a source, a cell or a tag.</param>
    /// <param name="option">The option that has it.</param>
    /// <exception cref="UsageException">It is refused.</exception>
    public static void Require(string name, string option)
    {
        if (!IsValid(name))
        {
            throw new UsageException(
                $"{option} takes up to 255 bytes without / and control characters, not '{SafeText.Of(name)}'");
        }
    }

    private static string OfPath(ReadOnlySpan<byte> path)
    {
        if (path.Length <= 1)
        {
            return "root";
        }

        StringBuilder name = new();
        foreach (Rune rune in Encoding.UTF8.GetString(path[1..]).EnumerateRunes())
        {
            name.Append(rune.Value == '/' ? "-" : Rune.IsControl(rune) || rune == Rune.ReplacementChar ? "_" : rune.ToString());
        }

        return name.ToString();
    }

    private static string Hash(IReadOnlyList<ReadOnlyMemory<byte>> paths)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (ReadOnlyMemory<byte> path in paths)
        {
            hash.AppendData(path.Span);
            hash.AppendData([0]);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 4));
    }
}
