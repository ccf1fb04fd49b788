using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using SnapFs.Storage;

namespace SnapFs.Testing.Damage;

/// <summary>Shows another storage with one object damaged. What is put meanwhile goes to the other storage.</summary>
/// <param name="inner">The storage that holds the objects; it is not disposed.</param>
/// <param name="subject">The damaged object.</param>
/// <param name="damage">What happened to it.</param>
public sealed class DamagedStorage(IStorage inner, ObjectName subject, DamageKind damage) : IStorage
{
    private byte[]? _content;
    private bool _isPutAgain;

    /// <summary>Whether somebody moved the damaged object away, as the manual says.</summary>
    public bool IsMovedAway { get; set; }

    /// <inheritdoc/>
    public string Location => inner.Location;

    /// <inheritdoc/>
    public string? LocalRoot => inner.LocalRoot;

    private bool IsGone => IsMovedAway || damage == DamageKind.Missing;

    /// <summary>A damaged object keeps its name; one that is gone is there again, and whole, once it is put.</summary>
    public Task PutAsync(ObjectName name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        if (!IsDamaged(name))
        {
            return inner.PutAsync(name, content, cancellationToken);
        }

        if (!IsGone)
        {
            return Task.FromException(new ObjectExistsException(name));
        }

        _isPutAgain = true;
        return Task.CompletedTask; // the other storage has these bytes all the while: the name is their hash
    }

    /// <inheritdoc/>
    public async Task ReadAsync(
        ObjectName name, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        if (!IsDamaged(name))
        {
            await inner.ReadAsync(name, offset, destination, cancellationToken);
            return;
        }

        byte[] content = await ContentAsync(cancellationToken);
        if (content.Length - offset < destination.Length)
        {
            throw new ObjectTruncatedException(subject, offset, destination.Length, content.Length);
        }

        content.AsSpan((int)offset, destination.Length).CopyTo(destination.Span);
    }

    /// <inheritdoc/>
    public async Task<byte[]> GetAsync(ObjectName name, int maxLength, CancellationToken cancellationToken) =>
        IsDamaged(name) ? await ContentAsync(cancellationToken) : await inner.GetAsync(name, maxLength, cancellationToken);

    /// <inheritdoc/>
    public async Task<long> GetLengthAsync(ObjectName name, CancellationToken cancellationToken) =>
        IsDamaged(name)
            ? (await ContentAsync(cancellationToken)).Length
            : await inner.GetLengthAsync(name, cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<ObjectInfo> ListAsync(
        ObjectKind kind, string domain, string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (ObjectInfo info in inner.ListAsync(kind, domain, prefix, cancellationToken))
        {
            if (!IsDamaged(info.Name) || (damage == DamageKind.Unreadable && !IsMovedAway))
            {
                yield return info;
            }
            else if (damage == DamageKind.Replaced && !IsMovedAway)
            {
                yield return info with { Length = 0 };
            }
            else if (!IsGone)
            {
                yield return info with { Length = (await ContentAsync(cancellationToken)).Length };
            }
        }
    }

    /// <inheritdoc/>
    public Task DeleteAsync(ObjectName name, CancellationToken cancellationToken) =>
        inner.DeleteAsync(name, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> HealAsync(ObjectName name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        inner.HealAsync(name, content, cancellationToken);

    /// <inheritdoc/>
    public Task<DateTimeOffset> GetTimeAsync(CancellationToken cancellationToken) => inner.GetTimeAsync(cancellationToken);

    /// <summary>Leaves the inner storage open.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private bool IsDamaged(ObjectName name) => name == subject && !_isPutAgain;

    private async Task<byte[]> ContentAsync(CancellationToken cancellationToken)
    {
        if (IsGone)
        {
            throw new ObjectNotFoundException(subject);
        }

        if (damage == DamageKind.Unreadable)
        {
            throw new ObjectReadException(subject, Location, new IOException("Input/output error"), isTransient: false);
        }

        if (damage == DamageKind.Replaced)
        {
            throw new ObjectUnreadableException(subject, "a fifo");
        }

        // Once: what is swapped in does not change when something is put.
        return _content ??= await DamageAsync(
            await inner.GetAsync(subject, int.MaxValue, cancellationToken), cancellationToken);
    }

    private async Task<byte[]> DamageAsync(byte[] content, CancellationToken cancellationToken) =>
        damage switch
        {
            DamageKind.Short => content[..(content.Length / 2)],
            DamageKind.Zeroed => new byte[content.Length],
            DamageKind.Foreign => ForeignBytes(content.Length),
            DamageKind.Swapped => await OtherAsync(cancellationToken) ?? ForeignBytes(content.Length),
            _ => FlippedBytes(content),
        };

    private async Task<byte[]?> OtherAsync(CancellationToken cancellationToken)
    {
        await foreach (ObjectInfo info in inner.ListAsync(subject.Kind, cancellationToken))
        {
            if (info.Name != subject)
            {
                return await inner.GetAsync(info.Name, int.MaxValue, cancellationToken);
            }
        }

        return null;
    }

    private static byte[] FlippedBytes(byte[] content)
    {
        content[content.Length / 2] ^= 0x20;
        return content;
    }

    private byte[] ForeignBytes(int length)
    {
        byte[] bytes = new byte[length];
        byte[] seed = SHA256.HashData(Encoding.ASCII.GetBytes(subject.ToString()));
        for (int i = 0; i < length; i++)
        {
            bytes[i] = (byte)(seed[i % seed.Length] ^ (i & 0xFF));
        }

        return bytes;
    }
}
