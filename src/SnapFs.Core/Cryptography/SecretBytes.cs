namespace SnapFs.Cryptography;

/// <summary>
/// Owns key material outside the managed heap: never moved or copied by the garbage collector, kept out of core dumps and,
/// where the limits of the process allow it, out of swap; overwritten with zeros by <see cref="Dispose"/>.
/// </summary>
/// <remarks>Each instance takes a few pages: for long-lived keys, not for one key a pack. Reading is safe from several
/// threads; disposing while another thread reads is not.</remarks>
public sealed unsafe class SecretBytes : IDisposable
{
    private readonly LockedMemory _memory;

    /// <summary>Takes a copy of <paramref name="secret"/>; the caller still zeroes the original.</summary>
    public SecretBytes(ReadOnlySpan<byte> secret)
        : this(secret.Length) => secret.CopyTo(Writable);

    private SecretBytes(int length)
    {
        Length = length;
        _memory = new LockedMemory(length);
    }

    /// <summary>Length in bytes.</summary>
    public int Length { get; }

    /// <summary>The secret, valid until <see cref="Dispose"/>.</summary>
    public ReadOnlySpan<byte> Span => Writable;

    private Span<byte> Writable
    {
        get
        {
            ObjectDisposedException.ThrowIf(_memory.IsClosed, this);
            return new Span<byte>((void*)_memory.DangerousGetHandle(), Length);
        }
    }

    /// <summary>Makes a secret of <paramref name="length"/> bytes in place.</summary>
    /// <param name="length">Length in bytes.</param>
    /// <param name="state">Handed to <paramref name="fill"/>.</param>
    /// <param name="fill">Writes every byte of the secret.</param>
    public static SecretBytes Create<TState>(
        int length, TState state, System.Buffers.SpanAction<byte, TState> fill)
        where TState : allows ref struct
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentNullException.ThrowIfNull(fill);
        SecretBytes secret = new(length);
        try
        {
            fill(secret.Writable, state);
            return secret;
        }
        catch
        {
            secret.Dispose();
            throw;
        }
    }

    /// <summary>Draws a secret from the operating system's random number generator.</summary>
    public static SecretBytes Random(int length) => Create(
        length, 0, static (destination, _) => System.Security.Cryptography.RandomNumberGenerator.Fill(destination));

    /// <summary>Overwrites the secret with zeros and gives its memory back.</summary>
    public void Dispose() => _memory.Dispose();
}
