using System.Buffers.Binary;
using SnapFs.Cryptography;
using SnapFs.Repository.Keys;
using Xunit;

namespace SnapFs.Repository.Tests.Vectors;

/// <summary>Damage to any byte of an object is noticed by its codec, even where its name was made to match: it is damaged,
/// newer, or does not count.</summary>
public sealed class FlippedVectorTests : IDisposable
{
    private readonly VectorKeys _keys = new();

    public void Dispose() => _keys.Dispose();

    [Theory]
    [InlineData("epoch.txt")]
    [InlineData("administrator.txt")]
    [InlineData("grant-agent.txt")]
    [InlineData("domain.txt")]
    [InlineData("certificate.txt")]
    [InlineData("revocation.txt")]
    [InlineData("voucher.txt")]
    [InlineData("store.txt")]
    [InlineData("mark.txt")]
    [InlineData("forget.txt")]
    [InlineData("witness.txt")]
    [InlineData("snapshot.txt")]
    [InlineData("snapshot-volume.txt")]
    [InlineData("lease.txt")]
    [InlineData("index-segment-data.txt")]
    [InlineData("index-catalogue.txt")]
    [InlineData("heads.txt")]
    [InlineData("pack-data.txt")]
    [InlineData("pack-tree.txt")]
    [InlineData("key-file-agent.txt")]
    public void Any_byte_flipped_in_an_object_is_detected(string name)
    {
        VectorFile vector = VectorFile.Read(name);
        string kind = vector["object"];
        byte[] content = vector.Content;
        Range filler = kind == "pack" ? FillerOf(vector) : 0..0;
        int checkedBytes = 0;
        for (int i = 0; i < content.Length; i++)
        {
            if (i >= filler.Start.Value && i < filler.End.Value)
            {
                continue; // random bytes that mean nothing: only the name of the pack covers them
            }

            if (kind == "key-file" && char.IsWhiteSpace((char)content[i]))
            {
                continue; // white space around a key means nothing
            }

            content[i] ^= 0x04;
            SnapFsException e = Assert.ThrowsAny<SnapFsException>(() => VectorDecoder.Decode(_keys, kind, content));
            Assert.True(
                e is DamagedException or NewerFormatException or InvalidEncodingException or KeyFileException,
                $"byte {i}: {e}");
            content[i] ^= 0x04;
            checkedBytes++;
        }

        Assert.True(checkedBytes > 100);
    }

    [Theory]
    [InlineData("config.txt")]
    [InlineData("administrator.txt")]
    [InlineData("slot.txt")]
    [InlineData("domain.txt")]
    [InlineData("snapshot.txt")]
    [InlineData("lease.txt")]
    [InlineData("index-segment-data.txt")]
    [InlineData("heads.txt")]
    [InlineData("pack-data.txt")]
    [InlineData("tree-page.txt")]
    [InlineData("tree-page-afs.txt")]
    [InlineData("tree-page-upper.txt")]
    public void An_object_cut_anywhere_is_refused(string name)
    {
        VectorFile vector = VectorFile.Read(name);
        for (int length = 0; length < vector.Content.Length; length++)
        {
            byte[] cut = vector.Content[..length];
            SnapFsException e = Assert.ThrowsAny<SnapFsException>(
                () => VectorDecoder.Decode(_keys, vector["object"], cut));
            Assert.True(e.Kind == ErrorKind.Damaged, $"length {length}: {e}");
        }
    }

    private static Range FillerOf(VectorFile vector)
    {
        string last = vector.Expected.Where(field => field.Key.StartsWith("frame-", StringComparison.Ordinal)).Last().Value;
        string[] numbers = last.Split(' ');
        int start = int.Parse(numbers[0], System.Globalization.CultureInfo.InvariantCulture)
            + int.Parse(numbers[1], System.Globalization.CultureInfo.InvariantCulture);
        int footer = BinaryPrimitives.ReadInt32LittleEndian(vector.Content.AsSpan(vector.Content.Length - 4));
        return start..(vector.Content.Length - 4 - Signing.SignatureLength - footer);
    }
}
