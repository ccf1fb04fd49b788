using System.Buffers.Binary;
using SnapFs.Cryptography;
using Xunit;

namespace SnapFs.Repository.Tests.Vectors;

/// <summary>Damage to any byte of an object is noticed by its codec, even where its name was made to match.</summary>
public sealed class FlippedVectorTests : IDisposable
{
    private readonly VectorKeys _keys = new();

    public void Dispose() => _keys.Dispose();

    [Theory]
    [InlineData("config.txt")]
    [InlineData("epoch-1.txt")]
    [InlineData("epoch-2.txt")]
    [InlineData("domain.txt")]
    [InlineData("agent-certificate.txt")]
    [InlineData("agent-certificate-one-host.txt")]
    [InlineData("snapshot.txt")]
    [InlineData("lease.txt")]
    [InlineData("index-segment-data.txt")]
    [InlineData("index-segment-tree.txt")]
    [InlineData("pack-data.txt")]
    [InlineData("pack-tree.txt")]
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

            content[i] ^= 0x04;
            SnapFsException e = Assert.ThrowsAny<SnapFsException>(() => VectorDecoder.Decode(_keys, kind, content));
            Assert.True(
                e is DamagedException or NewerFormatException or InvalidEncodingException, $"byte {i}: {e}");
            content[i] ^= 0x04;
            checkedBytes++;
        }

        Assert.True(checkedBytes > 100);
    }

    [Theory]
    [InlineData("config.txt")]
    [InlineData("passphrase-slot.txt")]
    [InlineData("domain.txt")]
    [InlineData("snapshot.txt")]
    [InlineData("lease.txt")]
    [InlineData("index-segment-data.txt")]
    [InlineData("pack-data.txt")]
    [InlineData("tree-page.txt")]
    public void An_object_cut_anywhere_is_refused(string name)
    {
        VectorFile vector = VectorFile.Read(name);
        for (int length = 0; length < vector.Content.Length; length++)
        {
            byte[] cut = vector.Content[..length];
            if (vector["object"] == "passphrase-slot" && length > vector.Content.Length - 150)
            {
                break; // from here on only the passphrase can tell, which costs 64 MiB a try
            }

            SnapFsException e = Assert.ThrowsAny<SnapFsException>(
                () => VectorDecoder.Decode(_keys, vector["object"], cut));
            Assert.True(e.Kind is ErrorKind.Damaged or ErrorKind.WrongKey, $"length {length}: {e}");
        }
    }

    private static Range FillerOf(VectorFile vector)
    {
        string[] last = vector["frame-3"].Split(' ');
        int start = int.Parse(last[0], System.Globalization.CultureInfo.InvariantCulture)
            + int.Parse(last[1], System.Globalization.CultureInfo.InvariantCulture);
        int footer = BinaryPrimitives.ReadInt32LittleEndian(vector.Content.AsSpan(vector.Content.Length - 4));
        return start..(vector.Content.Length - 4 - Signing.SignatureLength - footer);
    }
}
