namespace SnapFs.Repository.Keys;

/// <summary>A domain in an epoch, as stored.</summary>
/// <param name="DomainId">16 random bytes.</param>
/// <param name="Epoch">The epoch whose secret opens the secrets.</param>
/// <param name="TreePublicKey">X25519, 32 bytes: tree packs and snapshot bodies are sealed to it.</param>
/// <param name="DataPublicKey">X25519, 32 bytes: data packs are sealed to it.</param>
/// <param name="SealedSecrets">For administrators of the epoch.</param>
internal sealed record DomainObject(
    byte[] DomainId, uint Epoch, byte[] TreePublicKey, byte[] DataPublicKey, byte[] SealedSecrets)
{
    internal const int IdLength = 16;
}
