using SnapFs.Objects;
using SnapFs.Repository.Objects;

namespace SnapFs.Repository.Keys;

/// <summary>One object of <c>keys/</c> that counts: the root or the newest authority signed it.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Content">All its bytes.</param>
internal sealed record KeyObject(ObjectId Id, FormatKind Kind, byte[] Content)
{
    /// <summary>What a user finds it by.</summary>
    internal string Subject => KeyNames.Of(Id);

    /// <summary>Objects that do not count because of it.</summary>
    internal IReadOnlyList<ObjectId> Replaced => CertifiedObject.TryRead(Content)?.Replaced ?? [];

    /// <summary>Its fields.</summary>
    internal ReadOnlySpan<byte> Fields => CertifiedObject.FieldsOf(Content);

    /// <summary>Null if it is malformed, of which whoever opens the repository is told.</summary>
    internal T? TryDecode<T>(Func<KeyObject, T> decode)
        where T : class
    {
        try
        {
            return decode(this);
        }
        catch (InvalidEncodingException)
        {
            return null;
        }
    }
}
