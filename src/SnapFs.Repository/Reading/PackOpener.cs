using System.Collections.Concurrent;
using System.Security.Cryptography;
using SnapFs.Cryptography;
using SnapFs.Objects;
using SnapFs.Repository.Indexes;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Packs;
using SnapFs.Storage;

namespace SnapFs.Repository.Reading;

/// <summary>Opens pack keys as frames are read and keeps a bounded number of them. Safe for concurrent use.</summary>
internal sealed class PackOpener : IDisposable
{
    /// <summary>Open packs kept; about 2 KiB each.</summary>
    private const int MaxOpen = 4096;

    /// <summary>Run keys kept; a page of locked memory each.</summary>
    private const int MaxRunKeys = 1024;

    private readonly IDomainKeys _keys;
    private readonly ChunkIndex _index;
    private readonly ConcurrentDictionary<uint, OpenPack> _open = new();
    private readonly ConcurrentDictionary<UInt128, SecretBytes> _runKeys = new();

    internal PackOpener(IDomainKeys keys, ChunkIndex index)
    {
        _keys = keys;
        _index = index;
    }

    /// <summary>Opens a pack.</summary>
    /// <exception cref="DamagedException">Its key was not sealed by a writer of this repository.</exception>
    /// <exception cref="WrongKeyException">This process may not read the domain.</exception>
    internal OpenPack Open(uint number)
    {
        if (_open.TryGetValue(number, out OpenPack? pack))
        {
            return pack;
        }

        if (_open.Count >= MaxOpen)
        {
            // Ciphers still in use are freed by their finalizers; this is rarer than once in 64 GiB read.
            _open.Clear();
        }

        return _open.GetOrAdd(number, OpenNew);
    }

    public void Dispose()
    {
        foreach (OpenPack pack in _open.Values)
        {
            pack.Cipher.Dispose();
        }

        foreach (SecretBytes key in _runKeys.Values)
        {
            key.Dispose();
        }
    }

    private OpenPack OpenNew(uint number)
    {
        PackRecord record = _index.Pack(number);
        ObjectName name = PackLayout.StorageName(_keys, record.Id);
        if (!_keys.CanRead)
        {
            throw new WrongKeyException("this key may write but not read; use an administrator's key or passphrase");
        }

        Span<byte> key = stackalloc byte[RunKey.Length];
        try
        {
            return TryOpenRunKey(record, key)
                ? new OpenPack(name, name.RelativePath, new FrameCipher(key, record.Salt))
                : throw new DamagedException(name.RelativePath, "its key in the index does not open");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Opens a key once for all packs of its run.</summary>
    private bool TryOpenRunKey(PackRecord record, Span<byte> key)
    {
        UInt128 name = ShortId.OfKey(record.RunKey).Value;
        if (_runKeys.TryGetValue(name, out SecretBytes? known))
        {
            known.Span.CopyTo(key);
            return true;
        }

        if (!_keys.TryOpenRunKey(record.Kind, record.Epoch, record.RunKey, key))
        {
            return false;
        }

        SecretBytes opened = new(key);
        if (_runKeys.Count >= MaxRunKeys || !_runKeys.TryAdd(name, opened))
        {
            opened.Dispose();
        }

        return true;
    }
}

/// <summary>A pack whose key is at hand.</summary>
/// <param name="Object">Its name in storage.</param>
/// <param name="Name">Its name for messages.</param>
/// <param name="Cipher">Decrypts its frames.</param>
internal sealed record OpenPack(ObjectName Object, string Name, FrameCipher Cipher);
