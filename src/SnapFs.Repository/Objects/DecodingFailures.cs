namespace SnapFs.Repository.Objects;

/// <summary>Judges what goes wrong when objects are read and decoded one by one.</summary>
internal static class DecodingFailures
{
    /// <summary>Whether one object is at fault: it is damaged, cannot be read, or has a form that only a newer SnapFs knows. The others
    /// can be looked at all the same.</summary>
    internal static bool IsOfOneObjectOrItsForm(this SnapFsException e) => e.IsOfOneObject || e is NewerFormatException;
}
