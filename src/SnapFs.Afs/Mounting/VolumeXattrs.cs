using System.Globalization;
using System.Text;
using SnapFs.Snapshots;
using SnapFs.Trees;

namespace SnapFs.Afs.Mounting;

/// <summary>
/// The extended attributes <c>afs.…</c> of files in AFS volumes. Whoever asks by name gets them; they are not listed,
/// because copies would try to set them where no file system takes them.
/// </summary>
internal static class VolumeXattrs
{
    /// <summary>Whether an attribute may be one of these.</summary>
    internal static bool Covers(ReadOnlySpan<byte> name) => name.StartsWith("afs."u8);

    /// <summary>The value of an attribute; null if there is none of that name.</summary>
    /// <exception cref="InvalidEncodingException">What the node says of its vnode is malformed.</exception>
    internal static byte[]? ValueOf(ReadOnlySpan<byte> name, SnapshotVolume volume, SnapshotDump? dump, in NodeView node)
    {
        if (name.SequenceEqual("afs.cell"u8))
        {
            return Encoding.UTF8.GetBytes(volume.Cell);
        }

        if (name.SequenceEqual("afs.volume"u8))
        {
            return Encoding.Latin1.GetBytes(volume.Name);
        }

        if (name.SequenceEqual("afs.salvaged"u8))
        {
            return dump is { Salvage: { } salvage }
                ? Encoding.ASCII.GetBytes(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{salvage.WholeLength} of {dump.Length} bytes, {salvage.LostNames} names lost"))
                : null;
        }

        return AfsNodeCodec.TryRead(node.Extensions, out AfsNode afs) && TextOf(name, volume.Id, in afs) is { } text
            ? Encoding.ASCII.GetBytes(text)
            : null;
    }

    private static string? TextOf(ReadOnlySpan<byte> name, uint volume, in AfsNode afs) => name switch
    {
        _ when name.SequenceEqual("afs.fid"u8) =>
            string.Create(CultureInfo.InvariantCulture, $"{volume}:{afs.Vnode}:{afs.Uniq}"),
        _ when name.SequenceEqual("afs.dataversion"u8) => afs.DataVersion.ToString(CultureInfo.InvariantCulture),
        _ when name.SequenceEqual("afs.author"u8) => afs.Author.ToString(CultureInfo.InvariantCulture),
        _ when name.SequenceEqual("afs.servermodified"u8) => afs.ServerModified.ToString(CultureInfo.InvariantCulture),
        _ => null,
    };
}
