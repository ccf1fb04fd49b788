using SnapFs.Posix.Files;

namespace SnapFs.Cli.Commands;

/// <summary>Paths of this machine as they are typed.</summary>
internal static class NamedPath
{
    /// <summary>What a path names by the rules of the kernel: a slash at its end follows a symlink, and <c>..</c> leaves the
    /// directory that a symlink leads to, not the one that it lies in.</summary>
    /// <param name="text">As typed; not empty.</param>
    /// <returns>The real path, and the path to call it by.</returns>
    /// <exception cref="UsageException">It is relative, and the current directory is gone.</exception>
    public static (byte[] Real, byte[] Shown) Resolve(string text)
    {
        byte[] typed = RawText.ToBytes(text);
        byte[] current = typed is [(byte)'/', ..] ? "/"u8.ToArray() : CurrentDirectory();
        byte[] shown = RawPath.Normalize(typed, current);
        IReadOnlyList<byte[]> parts = RawPath.Components(typed);
        bool goesUp = parts.Any(part => part.AsSpan().SequenceEqual(".."u8));
        bool follows = typed is [.., (byte)'/'] || parts is [.., [(byte)'.']];
        byte[] whole = typed is [(byte)'/', ..] ? typed : RawPath.Join(current, typed);
        if (!goesUp)
        {
            return (follows ? RealPath.Of(shown) ?? shown : shown, shown);
        }

        if (follows || parts[^1].AsSpan().SequenceEqual(".."u8))
        {
            byte[] real = RealPath.Of(whole) ?? shown;
            return (real, real);
        }

        byte[]? directory = RealPath.Of(whole.AsSpan(0, whole.AsSpan().LastIndexOf((byte)'/')));
        byte[] named = directory is null ? shown : RawPath.Join(directory, parts[^1]);
        return (named, named);
    }

    private static byte[] CurrentDirectory()
    {
        try
        {
            return RawText.ToBytes(Environment.CurrentDirectory);
        }
        catch (IOException)
        {
            throw new UsageException("the current directory is gone; go to another or give whole paths");
        }
    }
}
