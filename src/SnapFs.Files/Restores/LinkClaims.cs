using System.Security.Cryptography;
using SnapFs.Files.Scanning;
using SnapFs.Posix.Files;
using SnapFs.Trees;

namespace SnapFs.Files.Restores;

/// <summary>
/// Sees to it that the names of one file become names of one file: the worker that meets the first writes it, the others wait for it
/// and link. A worker that waits holds no claim of its own, so no two can wait for each other.
/// </summary>
internal sealed class LinkClaims
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Key, Claim> _claims = [];

    /// <summary>The claim of a file of the snapshot.</summary>
    /// <param name="node">One of its names.</param>
    /// <param name="isMine">Whether the caller must restore the file and settle the claim.</param>
    public Claim Of(in NodeView node, out bool isMine)
    {
        Key key = KeyOf(in node);
        lock (_lock)
        {
            isMine = !_claims.TryGetValue(key, out Claim? claim);
            if (claim is null)
            {
                claim = new Claim();
                _claims.Add(key, claim);
            }

            return claim;
        }
    }

    /// <summary>Numbers of inodes are used again while a backup runs, so size, time of change and content must be equal too.</summary>
    private static Key KeyOf(in NodeView node)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([(byte)node.Type, (byte)node.ContentForm]);
        hash.AppendData(node.Inline);
        hash.AppendData(node.ChunkList);
        hash.AppendData(node.Extents);
        hash.AppendData(node.Target);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        UInt128 content = System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(digest);
        return new Key(node.Device, node.Inode, node.Size, node.DeviceNumber, node.Changed, content);
    }

    private readonly record struct Key(
        ulong Device, ulong Inode, long Size, ulong DeviceNumber, Timestamp Changed, UInt128 Content);

    /// <summary>Where the first name of a file was restored.</summary>
    internal sealed class Claim
    {
        private readonly object _gate = new();
        private bool _isSettled;
        private bool _isRestored;

        /// <summary>The directory of the first name; null in a dry run that would make it.</summary>
        public DirectoryHandle? Directory { get; private set; }

        /// <summary>The first name, with a NUL after it.</summary>
        public byte[] NativeName { get; private set; } = [];

        /// <summary>The file on the target as its descriptor showed it; the default in a dry run that would write it.</summary>
        public FileStat Stat { get; private set; }

        /// <summary>Tells the others where the file is, or that it is nowhere.</summary>
        public void Settle(bool isRestored, DirectoryHandle? directory, byte[] nativeName, in FileStat stat)
        {
            lock (_gate)
            {
                _isRestored = isRestored;
                Directory = directory;
                NativeName = nativeName;
                Stat = stat;
                _isSettled = true;
                Monitor.PulseAll(_gate);
            }
        }

        /// <summary>Waits for <see cref="Settle"/>.</summary>
        /// <returns>Whether there is a file to link to.</returns>
        public bool Wait()
        {
            lock (_gate)
            {
                while (!_isSettled)
                {
                    Monitor.Wait(_gate);
                }

                return _isRestored;
            }
        }

        /// <summary>Whether a file that has the first name now is the one that was restored. The owner of the directory may have put
        /// another there, and a file system gives an inode number again: what only root can set tells them apart.</summary>
        public bool IsStill(in FileStat found) => found.IsSameInode(Stat)
            && found.RawMode == Stat.RawMode
            && found.UserId == Stat.UserId
            && found.GroupId == Stat.GroupId
            && found.Size == Stat.Size
            && found.Modified == Stat.Modified
            && found.HasBirth == Stat.HasBirth
            && found.Birth == Stat.Birth;
    }
}
