namespace SnapFs.Afs.Chains;

/// <summary>Names of volumes.</summary>
public static class VolumeName
{
    /// <summary>The longest name that the database of a cell can hold.</summary>
    public const int MaxLength = 31;

    /// <summary>The name of the volume that a clone belongs to: without <c>.backup</c> or <c>.readonly</c>.</summary>
    public static string WithoutSuffix(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        foreach (string suffix in (string[])[".backup", ".readonly"])
        {
            if (name.Length > suffix.Length && name.EndsWith(suffix, StringComparison.Ordinal))
            {
                return name[..^suffix.Length];
            }
        }

        return name;
    }
}
