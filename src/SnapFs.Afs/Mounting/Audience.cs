namespace SnapFs.Afs.Mounting;

/// <summary>Some users of this system: all but a few, or only a few. Immutable.</summary>
internal sealed class Audience
{
    internal static readonly Audience Nobody = new(false, []);

    private readonly uint[] _apart;

    /// <param name="hasOthers">Whether all users are in it but those <paramref name="apart"/>, or only those.</param>
    /// <param name="apart">Numbers of users, each once.</param>
    internal Audience(bool hasOthers, IEnumerable<uint> apart)
    {
        HasOthers = hasOthers;
        _apart = [.. apart.Order()];
    }

    /// <summary>Whether users who are not <see cref="Apart"/> are in it.</summary>
    internal bool HasOthers { get; }

    /// <summary>Users for whom it is the other way round, ascending.</summary>
    internal IReadOnlyList<uint> Apart => _apart;

    internal bool Has(uint user) => (Array.BinarySearch(_apart, user) >= 0) != HasOthers;
}
