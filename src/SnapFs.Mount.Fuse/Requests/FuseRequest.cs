using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SnapFs.Mount.Fuse.Abi;

namespace SnapFs.Mount.Fuse.Requests;

/// <summary>One request as read from the device. The kernel is trusted, its lengths are checked all the same.</summary>
internal readonly ref struct FuseRequest
{
    private readonly ReadOnlySpan<byte> _body;

    private FuseRequest(FuseInHeader header, ReadOnlySpan<byte> bytes)
    {
        Header = header;
        Bytes = bytes;
        _body = bytes[Unsafe.SizeOf<FuseInHeader>()..];
    }

    /// <summary>All of the request.</summary>
    internal ReadOnlySpan<byte> Bytes { get; }

    internal FuseInHeader Header { get; }

    /// <summary>What follows the fixed part of the request.</summary>
    internal ReadOnlySpan<byte> Body => _body;

    /// <summary>Reads the header; false if the bytes are not one whole request.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> bytes, out FuseRequest request)
    {
        if (!MemoryMarshal.TryRead(bytes, out FuseInHeader header) || header.Length != (uint)bytes.Length)
        {
            request = default;
            return false;
        }

        request = new FuseRequest(header, bytes);
        return true;
    }

    /// <summary>Reads the structure a body begins with; false if it is cut.</summary>
    internal bool TryRead<T>(out T value)
        where T : unmanaged => MemoryMarshal.TryRead(_body, out value);

    /// <summary>Reads the name that ends at a NUL, after <paramref name="skip"/> bytes; false if there is none.</summary>
    internal bool TryReadName(int skip, out ReadOnlySpan<byte> name)
    {
        name = default;
        if (_body.Length < skip)
        {
            return false;
        }

        ReadOnlySpan<byte> rest = _body[skip..];
        int end = rest.IndexOf((byte)0);
        if (end <= 0)
        {
            return false;
        }

        name = rest[..end];
        return true;
    }
}
