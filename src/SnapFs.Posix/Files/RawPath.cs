using System.Text;

namespace SnapFs.Posix.Files;

/// <summary>Paths as raw bytes: any bytes but NUL, components between <c>/</c>.</summary>
public static class RawPath
{
    /// <summary>The bytes of a path given as text.</summary>
    public static byte[] FromText(string path) => Encoding.UTF8.GetBytes(path);

    /// <summary>A path for people: bytes that are not UTF-8 and control characters are written <c>\xNN</c>.</summary>
    public static string ToText(ReadOnlySpan<byte> path)
    {
        System.Text.StringBuilder text = new(path.Length);
        Span<char> pair = stackalloc char[2];
        while (!path.IsEmpty)
        {
            bool valid = System.Text.Rune.DecodeFromUtf8(path, out System.Text.Rune rune, out int used)
                == System.Buffers.OperationStatus.Done;
            if (valid && !System.Text.Rune.IsControl(rune))
            {
                text.Append(pair[..rune.EncodeToUtf16(pair)]);
            }
            else
            {
                foreach (byte b in path[..used])
                {
                    text.Append("\\x").Append(b.ToString("x2", System.Globalization.CultureInfo.InvariantCulture));
                }
            }

            path = path[used..];
        }

        return text.ToString();
    }

    /// <summary>
    /// Makes a path absolute and removes empty, <c>.</c> and <c>..</c> components by their words alone.
    /// </summary>
    /// <param name="path">The path.</param>
    /// <param name="current">The absolute directory that a relative path starts from.</param>
    public static byte[] Normalize(ReadOnlySpan<byte> path, ReadOnlySpan<byte> current)
    {
        byte[] whole = path.StartsWith("/"u8) ? path.ToArray() : [.. current, (byte)'/', .. path];
        List<byte[]> parts = [];
        foreach (byte[] part in Components(whole))
        {
            if (part.AsSpan().SequenceEqual(".."u8))
            {
                if (parts.Count > 0)
                {
                    parts.RemoveAt(parts.Count - 1);
                }
            }
            else if (!part.AsSpan().SequenceEqual("."u8))
            {
                parts.Add(part);
            }
        }

        byte[] result = [];
        foreach (byte[] part in parts)
        {
            result = Join(result, part);
        }

        return result.Length == 0 ? "/"u8.ToArray() : result;
    }

    /// <summary>The non-empty components of a path.</summary>
    public static IReadOnlyList<byte[]> Components(ReadOnlySpan<byte> path)
    {
        List<byte[]> parts = [];
        foreach (Range range in path.Split((byte)'/'))
        {
            ReadOnlySpan<byte> part = path[range];
            if (!part.IsEmpty)
            {
                parts.Add(part.ToArray());
            }
        }

        return parts;
    }

    /// <summary>A directory and a name in it; the directory <c>/</c> may be given as empty.</summary>
    public static byte[] Join(ReadOnlySpan<byte> directory, ReadOnlySpan<byte> name)
    {
        int length = directory.EndsWith("/"u8) ? directory.Length - 1 : directory.Length;
        byte[] path = new byte[length + 1 + name.Length];
        directory[..length].CopyTo(path);
        path[length] = (byte)'/';
        name.CopyTo(path.AsSpan(length + 1));
        return path;
    }

    /// <summary>The bytes and a NUL, for native calls.</summary>
    public static byte[] Terminate(ReadOnlySpan<byte> path) => [.. path, 0];
}
