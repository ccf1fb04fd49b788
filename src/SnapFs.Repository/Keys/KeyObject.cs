using SnapFs.Objects;
using SnapFs.Repository.Objects;

namespace SnapFs.Repository.Keys;

/// <summary>One intact object of <c>keys/</c> that belongs to the repository.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Content">All its bytes.</param>
internal sealed record KeyObject(ObjectId Id, FormatKind Kind, byte[] Content)
{
    /// <summary>What a user finds it by.</summary>
    internal string Subject => KeyNames.Of(Id);
}
