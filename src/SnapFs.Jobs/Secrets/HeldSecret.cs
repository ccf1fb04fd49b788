using SnapFs.Repository;

namespace SnapFs.Jobs.Secrets;

/// <summary>A secret that is at hand already; it is fetched once.</summary>
/// <param name="secret">Belongs to whoever fetches it, or to this instance until then.</param>
/// <param name="others">Has another, should that open nothing; null if there is none.</param>
public sealed class HeldSecret(RepositorySecret secret, ISecretProvider? others = null) : ISecretProvider, IDisposable
{
    private RepositorySecret? _secret = secret;

    /// <inheritdoc/>
    public RepositorySecret Fetch() => Interlocked.Exchange(ref _secret, null)
        ?? throw new InvalidOperationException("the secret was fetched before");

    /// <inheritdoc/>
    public RepositorySecret? FetchAgain() => others?.FetchAgain();

    /// <inheritdoc/>
    public void Dispose() => Interlocked.Exchange(ref _secret, null)?.Dispose();
}
