namespace SnapFs;

/// <summary>Something went wrong with one thing; what it means for the rest is said by who tells of it.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Text">One line for people, the path in it.</param>
public readonly record struct Problem(ErrorKind Kind, string Text)
{
    /// <summary>The file that it is about, raw; empty if it is about none.</summary>
    public ReadOnlyMemory<byte> Path { get; init; }

    /// <summary>The Linux error number, or 0 if no call failed.</summary>
    public int Errno { get; init; }

    /// <summary>What an exception says.</summary>
    public static Problem Of(SnapFsException e) => new(e.Kind, e.Message) { Path = e.Path, Errno = e.Errno };
}
