using System.Security.Cryptography;

namespace SnapFs.Cryptography;

/// <summary>
/// AES-256-GCM under one key from several threads: an <see cref="AesGcm"/> keeps state during a call, so each call borrows one.
/// </summary>
internal sealed class AesGcmPool : IDisposable
{
    private readonly byte[] _key = GC.AllocateArray<byte>(FrameCipher.KeyLength, pinned: true);
    private readonly AesGcm?[] _idle = new AesGcm?[4];
    private volatile bool _disposed;

    /// <summary>Takes a copy of the key.</summary>
    internal AesGcmPool(ReadOnlySpan<byte> key) => key.CopyTo(_key);

    /// <summary>Encrypts <paramref name="plain"/>; ciphertext and tag are written to their places.</summary>
    internal void Encrypt(
        ReadOnlySpan<byte> nonce,
        ReadOnlySpan<byte> plain,
        Span<byte> ciphertext,
        Span<byte> tag,
        ReadOnlySpan<byte> associatedData)
    {
        AesGcm cipher = Borrow();
        try
        {
            cipher.Encrypt(nonce, plain, ciphertext, tag, associatedData);
        }
        finally
        {
            Return(cipher);
        }
    }

    /// <summary>Decrypts; false, with <paramref name="plain"/> zeroed, when the tag does not match.</summary>
    internal bool TryDecrypt(
        ReadOnlySpan<byte> nonce,
        ReadOnlySpan<byte> ciphertext,
        ReadOnlySpan<byte> tag,
        Span<byte> plain,
        ReadOnlySpan<byte> associatedData)
    {
        AesGcm cipher = Borrow();
        try
        {
            cipher.Decrypt(nonce, ciphertext, tag, plain, associatedData);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
        finally
        {
            Return(cipher);
        }
    }

    public void Dispose()
    {
        _disposed = true;
        for (int i = 0; i < _idle.Length; i++)
        {
            Interlocked.Exchange(ref _idle[i], null)?.Dispose();
        }

        CryptographicOperations.ZeroMemory(_key);
    }

    private AesGcm Borrow()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        for (int i = 0; i < _idle.Length; i++)
        {
            AesGcm? cipher = Interlocked.Exchange(ref _idle[i], null);
            if (cipher is not null)
            {
                return cipher;
            }
        }

        return new AesGcm(_key, FrameCipher.TagLength);
    }

    private void Return(AesGcm cipher)
    {
        for (int i = 0; i < _idle.Length && !_disposed; i++)
        {
            if (Interlocked.CompareExchange(ref _idle[i], cipher, null) is null)
            {
                return;
            }
        }

        cipher.Dispose();
    }
}
