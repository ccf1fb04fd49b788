namespace SnapFs.Afs.Dumps;

/// <summary>Guesses what a stream is that is no dump.</summary>
internal static class ForeignFormat
{
    private const int TarMagicOffset = 257;

    /// <param name="start">The first bytes, at least one, some hundred if there are so many.</param>
    public static string Guess(ReadOnlySpan<byte> start)
    {
        (byte[] Magic, string Name)[] known =
        [
            ([0x1F, 0x8B], "gzip data: unpack it first, for example with gunzip"),
            ([0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0], "xz data: unpack it first, for example with xz -dc"),
            ([0x28, 0xB5, 0x2F, 0xFD], "zstd data: unpack it first, for example with zstd -dc"),
            ("BZh"u8.ToArray(), "bzip2 data: unpack it first, for example with bzip2 -dc"),
            ("AES"u8.ToArray(), "aescrypt data: decrypt it first"),
            ("Salted__"u8.ToArray(), "data encrypted by openssl: decrypt it first"),
            ("PK\x03\x04"u8.ToArray(), "a zip file"),
        ];
        foreach ((byte[] magic, string name) in known)
        {
            if (start.StartsWith(magic))
            {
                return name;
            }
        }

        if (start.Length > TarMagicOffset + 5 && start[TarMagicOffset..].StartsWith("ustar"u8))
        {
            return "a tar file";
        }

        return start.ContainsAnyExcept(Printable) ? "unknown data, perhaps encrypted (ccrypt?)" : "text";
    }

    private static readonly System.Buffers.SearchValues<byte> Printable = System.Buffers.SearchValues.Create(
        [.. Enumerable.Range(32, 95).Select(value => (byte)value), (byte)'\t', (byte)'\n', (byte)'\r']);
}
