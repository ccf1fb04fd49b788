using System.Text;
using SnapFs.Cryptography;
using SnapFs.Repository.Keys;

namespace SnapFs.Repository;

/// <summary>What opens a repository: a passphrase or the content of a key file.</summary>
public abstract class RepositorySecret : IDisposable
{
    private RepositorySecret()
    {
    }

    /// <summary>Overwrites the secret.</summary>
    public abstract void Dispose();

    /// <summary>A passphrase.</summary>
    public sealed class Password : RepositorySecret
    {
        private readonly SecretBytes _bytes;

        /// <param name="utf8">The passphrase without a line end; copied, the caller still zeroes it.</param>
        public Password(ReadOnlySpan<byte> utf8) => _bytes = new SecretBytes(utf8);

        /// <param name="text">The passphrase; stays in memory as long as the text does.</param>
        public Password(string text)
            : this(Encoding.UTF8.GetBytes(text))
        {
        }

        internal ReadOnlySpan<byte> Bytes => _bytes.Span;

        /// <inheritdoc/>
        public override void Dispose() => _bytes.Dispose();
    }

    /// <summary>A parsed key file.</summary>
    public sealed class FromKeyFile : RepositorySecret
    {
        /// <param name="key">Disposed of with this instance.</param>
        public FromKeyFile(KeyFile key) => Key = key;

        /// <summary>What it holds.</summary>
        public KeyFile Key { get; }

        /// <inheritdoc/>
        public override void Dispose() => Key.Dispose();
    }
}
