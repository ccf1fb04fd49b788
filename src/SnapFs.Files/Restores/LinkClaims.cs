using SnapFs.Files.Scanning;
using SnapFs.Posix.Files;

namespace SnapFs.Files.Restores;

/// <summary>
/// Sees to it that the names of one inode become names of one file: the worker that meets the first writes it, the
/// others wait for it and link. A worker that waits holds no claim of its own, so no two can wait for each other.
/// </summary>
internal sealed class LinkClaims
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(ulong Device, ulong Inode), Claim> _claims = [];

    /// <summary>The claim of an inode of the snapshot.</summary>
    /// <param name="device">The recorded device.</param>
    /// <param name="inode">The recorded inode.</param>
    /// <param name="isMine">Whether the caller must write the file and settle the claim.</param>
    public Claim Of(ulong device, ulong inode, out bool isMine)
    {
        lock (_lock)
        {
            isMine = !_claims.TryGetValue((device, inode), out Claim? claim);
            if (claim is null)
            {
                claim = new Claim();
                _claims.Add((device, inode), claim);
            }

            return claim;
        }
    }

    /// <summary>Where the first name of an inode was restored.</summary>
    internal sealed class Claim
    {
        private readonly object _gate = new();
        private bool _isSettled;

        /// <summary>The directory of the first name; null if it could not be restored.</summary>
        public DirectoryHandle? Directory { get; private set; }

        /// <summary>The first name, with a NUL after it.</summary>
        public byte[] NativeName { get; private set; } = [];

        /// <summary>The inode on the target.</summary>
        public FileStat Stat { get; private set; }

        /// <summary>Tells the others where the file is, or that it is nowhere.</summary>
        public void Settle(DirectoryHandle? directory, byte[] nativeName, in FileStat stat)
        {
            lock (_gate)
            {
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

                return Directory is not null;
            }
        }
    }
}
