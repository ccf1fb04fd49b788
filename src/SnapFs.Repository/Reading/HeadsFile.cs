using System.Security.Cryptography;
using System.Text;
using SnapFs.Binary;
using SnapFs.Cryptography;
using SnapFs.Local;
using SnapFs.Objects;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Objects;

namespace SnapFs.Repository.Reading;

/// <summary>
/// Keeps in the local cache which objects of the index are heads objects and which snapshots they hold, so that a process neither
/// fetches them to find out nor to see what is missing in them. Sealed with a key of the domain: nothing in the file is believed
/// that this program did not put there.
/// </summary>
internal sealed class HeadsFile
{
    /// <summary>A larger file is neither read nor written, bytes.</summary>
    private const int MaxLength = 64 * 1024 * 1024;

    private readonly LocalCache _cache;
    private readonly IDomainKeys _keys;
    private readonly string _path;

    /// <param name="cache">The cache of this domain.</param>
    /// <param name="keys">The domain.</param>
    internal HeadsFile(LocalCache cache, IDomainKeys keys)
    {
        _cache = cache;
        _keys = keys;
        _path = Path.Combine(cache.Directory, "heads-objects");
    }

    /// <summary>The version of this program stands in what is sealed: another one may have understood other objects.</summary>
    private static byte[] Bound { get; } =
        Encoding.UTF8.GetBytes($"heads objects {typeof(HeadsFile).Assembly.GetName().Version}");

    /// <summary>What was saved. A file that cannot be read or is not what was written costs time only.</summary>
    internal List<HeadsObject> Load()
    {
        try
        {
            long length = CacheFile.LengthOf(_path);
            if (length is 0 or > MaxLength)
            {
                return [];
            }

            byte[] content = File.ReadAllBytes(_path); // before there is a key, which has to be wiped whatever fails
            Span<byte> key = stackalloc byte[Sealing.KeyLength];
            DeriveKey(key);
            bool opened = Sealing.TryOpen(key, Bound, content, out byte[]? plain);
            CryptographicOperations.ZeroMemory(key);
            return opened ? Decode(plain) : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _cache.Report(_path, SystemText.Of(e));
        }
        catch (InvalidEncodingException)
        {
            // A program that says to be this one wrote otherwise.
        }

        return [];
    }

    /// <summary>Keeps what is known for the next process. Of two that save at once, one wins; the other's is read again.</summary>
    internal void Save(IEnumerable<HeadsObject> objects)
    {
        byte[] plain = Encode(objects);
        if (plain.Length > MaxLength - Sealing.Overhead)
        {
            return;
        }

        CacheFile.Write(_cache, _path, () =>
        {
            Span<byte> key = stackalloc byte[Sealing.KeyLength];
            DeriveKey(key);
            byte[] content = Sealing.Seal(key, Bound, plain);
            CryptographicOperations.ZeroMemory(key);
            string temporary = _path + ".tmp";
            using (FileStream file = new(temporary, PrivateFile.Options(FileMode.Create, FileShare.None)))
            {
                file.Write(content);
            }

            File.Move(temporary, _path, overwrite: true);
        });
    }

    private static byte[] Encode(IEnumerable<HeadsObject> objects)
    {
        ByteWriter writer = new();
        foreach (HeadsObject heads in objects)
        {
            writer.Bytes(heads.Id.Span);
            writer.Byte(heads.Signer is null ? (byte)0 : (byte)1);
            writer.Bytes((heads.Signer ?? default).ToArray());
            writer.Varint(heads.Length);
            writer.Byte(heads.IsProven ? (byte)1 : (byte)0);
            NameList.Write(writer, heads.Replaced);
            NameList.Write(writer, [.. heads.Snapshots]);
        }

        return writer.ToArray();
    }

    private static List<HeadsObject> Decode(ReadOnlySpan<byte> plain)
    {
        List<HeadsObject> objects = [];
        ByteReader reader = new(plain);
        while (reader.Remaining > 0)
        {
            ObjectId id = ObjectId.Read(reader.Bytes(ObjectId.Length));
            bool counts = reader.Byte() == 1;
            ShortId signer = ShortId.Read(reader.Bytes(ShortId.Length));
            long length = reader.VarintInt64();
            bool isProven = reader.Byte() == 1;
            objects.Add(new HeadsObject(id, counts ? signer : null, length, Read(ref reader), Read(ref reader).ToHashSet(), isProven));
        }

        return objects;
    }

    private static ObjectId[] Read(ref ByteReader reader)
    {
        ObjectId[] names = new ObjectId[reader.VarintInt32(reader.Remaining / ObjectId.Length)];
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = ObjectId.Read(reader.Bytes(ObjectId.Length));
        }

        return names;
    }

    private void DeriveKey(Span<byte> key) =>
        KeyDerivation.Derive(_keys.IndexKey(_keys.Epoch), "heads-objects-cache", _keys.RepositoryId.Span, key);
}
