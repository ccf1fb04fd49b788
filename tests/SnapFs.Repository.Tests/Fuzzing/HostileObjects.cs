using System.Security.Cryptography;
using System.Text;
using SnapFs.Binary;
using SnapFs.Cryptography;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Objects;
using Xunit;

namespace SnapFs.Repository.Tests.Fuzzing;

/// <summary>
/// Wraps content of any kind in the encryption and signatures that belong around it: what an agent that was broken
/// into can store. Damage that a checksum or tag catches says nothing about the parser behind it.
/// </summary>
internal static class HostileObjects
{
    /// <summary>An envelope with a field list and a signature.</summary>
    internal static byte[] Signed(IDomainKeys keys, FormatKind kind, ReadOnlySpan<byte> fields)
    {
        ByteWriter list = new();
        list.Bytes(fields);
        ByteWriter writer = new();
        Envelope.Write(writer, kind, list);
        writer.Bytes(keys.Sign((byte)kind, writer.Written));
        return writer.ToArray();
    }

    /// <summary>The field list of an object.</summary>
    internal static byte[] FieldsOf(byte[] content, FormatKind kind)
    {
        Envelope.Read(content, kind, "sample", out ReadOnlySpan<byte> fields);
        return fields.ToArray();
    }

    /// <summary>The content of an index segment.</summary>
    internal static byte[] ContentOfSegment(IDomainKeys keys, byte[] segment)
    {
        int prefix = Envelope.Read(segment, FormatKind.IndexSegment, "sample", out _);
        Assert.True(Sealing.TryOpen(
            SegmentKey(keys),
            segment.AsSpan(0, prefix),
            segment.AsSpan(prefix, segment.Length - prefix - Signing.SignatureLength),
            out byte[]? padded));
        return PaddedContent.Unwrap(padded).ToArray();
    }

    /// <summary>An index segment with other content in the envelope of <paramref name="template"/>.</summary>
    internal static byte[] Segment(IDomainKeys keys, byte[] template, ReadOnlySpan<byte> content)
    {
        int prefix = Envelope.Read(template, FormatKind.IndexSegment, "sample", out _);
        ByteWriter writer = new();
        writer.Bytes(template.AsSpan(0, prefix));
        writer.Bytes(Sealing.Seal(SegmentKey(keys), writer.Written, PaddedContent.Wrap(content)));
        writer.Bytes(keys.Sign((byte)FormatKind.IndexSegment, writer.Written));
        return writer.ToArray();
    }

    /// <summary>A config whose checksum is right.</summary>
    internal static byte[] Config(ReadOnlySpan<byte> fields)
    {
        ByteWriter list = new();
        list.Bytes(fields);
        ByteWriter writer = new();
        Envelope.Write(writer, FormatKind.Config, list);
        writer.Bytes(SHA256.HashData(writer.Written));
        return writer.ToArray();
    }

    /// <summary>A key file whose checksum is right.</summary>
    internal static string KeyFile(string role, ReadOnlySpan<byte> payload)
    {
        byte[] checksum = SHA256.HashData([.. Encoding.ASCII.GetBytes($"snapfs-key-1:{role}:"), .. payload]);
        return $"snapfs-key-1:{role}:{System.Buffers.Text.Base64Url.EncodeToString([.. payload, .. checksum[..4]])}\n";
    }

    private static byte[] SegmentKey(IDomainKeys keys)
    {
        byte[] key = new byte[Sealing.KeyLength];
        KeyDerivation.Derive(keys.IndexKey, "index-segment", default, key);
        return key;
    }
}
