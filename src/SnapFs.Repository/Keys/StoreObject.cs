using SnapFs.Objects;
using SnapFs.Repository.Objects;

namespace SnapFs.Repository.Keys;

/// <summary>Where a copy of the repository lies (<c>docs/format.md</c> section 3.2).</summary>
/// <param name="Id">Names that copy.</param>
internal sealed record StoreObject(ShortId Id)
{
    /// <summary>Decodes a store.</summary>
    internal static StoreObject Decode(KeyObject key)
    {
        FieldSet fields = new(key.Fields, key.Subject, 1, 2, 3, 5, 7, 8);
        fields.Number(7);
        return new StoreObject(fields.ShortId(5));
    }
}
