using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using SnapFs.Binary;
using SnapFs.Cryptography;
using SnapFs.Local;
using SnapFs.Objects;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Objects;
using SnapFs.Snapshots;

namespace SnapFs.Repository.Reading;

/// <summary>
/// Heads of snapshots that were checked, kept in the local cache directory, so that opening a repository of many snapshots neither
/// reads nor checks what it has seen. They are sealed with a key of the domain: nothing in the file is believed that this program
/// did not put there.
/// </summary>
/// <remarks>Who writes holds a lock on a second file; who does not get it keeps nothing this time.</remarks>
internal sealed class HeadCache
{
    /// <summary>Each save adds a block; a file of more is made anew.</summary>
    private const int MaxBlocks = 64;

    /// <summary>Heads of snapshots that are gone may fill half of the file, and this many bytes more.</summary>
    private const long Slack = 64 * 1024;

    /// <summary>What the file may grow to, bytes. A larger one is not read, but made anew.</summary>
    private readonly long _maxFile;

    private readonly LocalCache _cache;
    private readonly IDomainKeys _keys;
    private readonly string _path;
    private long _fileBytes;
    private int _blocks;
    private bool _isWasteful;

    /// <param name="cache">The cache of this domain.</param>
    /// <param name="keys">The domain.</param>
    /// <param name="maxFile">What the file may grow to, bytes.</param>
    internal HeadCache(LocalCache cache, IDomainKeys keys, long maxFile = 256L * 1024 * 1024)
    {
        _cache = cache;
        _keys = keys;
        _path = Path.Combine(cache.Directory, "heads");
        _maxFile = maxFile;
    }

    /// <summary>The version of this program stands in what is sealed: another one may have read heads otherwise.</summary>
    private static byte[] Bound { get; } =
        Encoding.UTF8.GetBytes($"heads {typeof(HeadCache).Assembly.GetName().Version}");

    /// <summary>The heads of a listing that are here and still count. An unreadable or torn file costs time only.</summary>
    /// <param name="wanted">What the storage lists.</param>
    internal Dictionary<ObjectId, SnapshotHead> Load(IReadOnlySet<ObjectId> wanted)
    {
        Dictionary<ObjectId, SnapshotHead> found = [];
        ReadOnlySpan<byte> rest = ReadFile();
        _blocks = 0;
        int unwanted = 0;
        while (TryTake(ref rest, out byte[]? block))
        {
            _blocks++;
            unwanted += Read(block, wanted, found);
        }

        _isWasteful = !rest.IsEmpty || _blocks > MaxBlocks || (unwanted > found.Count && _fileBytes > Slack);
        return found;
    }

    /// <summary>Keeps heads for the next process.</summary>
    /// <param name="added">What was read from the storage.</param>
    /// <param name="kept">What <see cref="Load"/> gave: if much of the file is not among it, or its end is torn, it is made anew.
    /// </param>
    internal void Save(IReadOnlyCollection<SnapshotHead> added, IReadOnlyCollection<SnapshotHead> kept)
    {
        bool isAnew = _isWasteful || _fileBytes > _maxFile;
        if (added.Count == 0 && !isAnew)
        {
            return;
        }

        CacheFile.Write(_cache, _path, () =>
        {
            if (isAnew)
            {
                string temporary = _path + ".tmp";
                Write(temporary, FileMode.Create, 0, [.. kept, .. added]);
                File.Move(temporary, _path, overwrite: true);
            }
            else
            {
                // At the end of what is there now: another process may have added to it since it was loaded.
                Write(_path, FileMode.OpenOrCreate, CacheFile.LengthOf(_path), added);
            }
        });
    }

    /// <returns>How many heads were not wanted.</returns>
    private int Read(byte[] block, IReadOnlySet<ObjectId> wanted, Dictionary<ObjectId, SnapshotHead> found)
    {
        int unwanted = 0;
        try
        {
            ByteReader reader = new(block);
            while (reader.Remaining > 0)
            {
                ObjectId id = ObjectId.Read(reader.Bytes(ObjectId.Length));
                ShortId signer = ShortId.Read(reader.Bytes(ShortId.Length));
                ShortId run = ShortId.Read(reader.Bytes(ShortId.Length));
                ulong sequence = reader.Varint();
                ReadOnlySpan<byte> fields = reader.LengthPrefixed(int.MaxValue);
                if (!wanted.Contains(id) || found.ContainsKey(id))
                {
                    unwanted++;
                    continue;
                }

                SnapshotHead head = SnapshotFields.DecodeHead(fields, id, _path) with
                {
                    Domain = _keys.Domain,
                    Signer = signer,
                    Run = run,
                    Sequence = sequence,
                };
                if (_keys.Counts(head))
                {
                    found.Add(id, head);
                }
            }
        }
        catch (SnapFsException e) when (e is InvalidEncodingException or NewerFormatException)
        {
            unwanted++; // it was sealed by a program that wrote otherwise
        }

        return unwanted;
    }

    private ReadOnlySpan<byte> ReadFile()
    {
        try
        {
            _fileBytes = CacheFile.LengthOf(_path);
            return _fileBytes > 0 && _fileBytes <= _maxFile ? File.ReadAllBytes(_path) : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _cache.Report(_path, SystemText.Of(e));
            return [];
        }
    }

    private bool TryTake(ref ReadOnlySpan<byte> rest, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out byte[]? block)
    {
        block = null;
        if (!BinaryPrimitives.TryReadInt32LittleEndian(rest, out int length)
            || length <= 0
            || length > rest.Length - sizeof(int))
        {
            return false;
        }

        Span<byte> key = stackalloc byte[Sealing.KeyLength];
        DeriveKey(key);
        bool opened = Sealing.TryOpen(key, Bound, rest.Slice(sizeof(int), length), out block);
        CryptographicOperations.ZeroMemory(key);
        rest = opened ? rest[(sizeof(int) + length)..] : rest;
        return opened;
    }

    private void Write(string path, FileMode mode, long offset, IReadOnlyCollection<SnapshotHead> heads)
    {
        ByteWriter block = new(512 * (heads.Count + 1));
        foreach (SnapshotHead head in heads)
        {
            byte[] fields = SnapshotFields.EncodeHead(head);
            if (offset + block.Length + fields.Length > _maxFile - Slack)
            {
                break; // the rest is read from the storage each time
            }

            block.Bytes(head.Id.Span);
            block.Bytes(head.Signer.ToArray());
            block.Bytes(head.Run.ToArray());
            block.Varint(head.Sequence);
            block.LengthPrefixed(fields);
        }

        Span<byte> key = stackalloc byte[Sealing.KeyLength];
        DeriveKey(key);
        byte[] sealedBlock = Sealing.Seal(key, Bound, block.Written);
        CryptographicOperations.ZeroMemory(key);
        ByteWriter written = new(sealedBlock.Length + sizeof(int));
        written.UInt32((uint)sealedBlock.Length);
        written.Bytes(sealedBlock);
        using FileStream file = new(path, PrivateFile.Options(mode, FileShare.ReadWrite));
        RandomAccess.Write(file.SafeFileHandle, written.Written, offset);
    }

    private void DeriveKey(Span<byte> key) =>
        KeyDerivation.Derive(_keys.IndexKey(_keys.Epoch), "head-cache", _keys.RepositoryId.Span, key);
}
