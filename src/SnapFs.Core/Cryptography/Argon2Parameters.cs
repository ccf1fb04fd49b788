namespace SnapFs.Cryptography;

/// <summary>Cost of Argon2id with one lane.</summary>
/// <param name="MemoryKiB">Memory, KiB.</param>
/// <param name="Passes">Passes over the memory.</param>
public readonly record struct Argon2Parameters(uint MemoryKiB, uint Passes)
{
    /// <summary>The least that is accepted: 64 MiB and two passes, above OWASP's recommended minima.</summary>
    public static Argon2Parameters Minimum { get; } = new(64 * 1024, 2);

    /// <summary>What new slots get: 64 MiB and three passes, which RFC 9106 recommends where memory is not plenty.</summary>
    public static Argon2Parameters Default { get; } = new(64 * 1024, 3);

    /// <summary>The most that is accepted: 4 GiB and 64 passes, so that a hostile slot cannot stop a machine.</summary>
    public static Argon2Parameters Maximum { get; } = new(4 * 1024 * 1024, 64);

    /// <summary>Whether both costs lie between <see cref="Minimum"/> and <see cref="Maximum"/>.</summary>
    /// <remarks>Parameters that were read from a slot are refused when this is false.</remarks>
    public bool IsAcceptable =>
        MemoryKiB >= Minimum.MemoryKiB && MemoryKiB <= Maximum.MemoryKiB
        && Passes >= Minimum.Passes && Passes <= Maximum.Passes;
}
