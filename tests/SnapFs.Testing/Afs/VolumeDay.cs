namespace SnapFs.Testing.Afs;

/// <summary>One day of a <see cref="VolumeWeek"/>.</summary>
/// <param name="Number">From 1.</param>
/// <param name="User">A home directory.</param>
/// <param name="Mail">A mail directory, dumped by way of its <c>.backup</c>.</param>
/// <param name="Database">A few large files, dumped by way of a temporary clone on even days.</param>
public sealed record VolumeDay(int Number, VolumeState User, VolumeState Mail, VolumeState Database)
{
    /// <summary>All three.</summary>
    public IReadOnlyList<VolumeState> States => [User, Mail, Database];
}
