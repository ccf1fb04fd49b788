using System.Runtime.InteropServices;

namespace SnapFs.Cryptography;

/// <summary>Owns memory of <c>sodium_malloc</c>, which is overwritten with zeros when it is given back.</summary>
internal sealed class SafeSodiumMemoryHandle : SafeHandle
{
    public SafeSodiumMemoryHandle(int length)
        : base(0, ownsHandle: true) => SetHandle(Interop.Libsodium.sodium_malloc((nuint)length));

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        Interop.Libsodium.sodium_free(handle);
        return true;
    }
}
