namespace SnapFs.Storage;

/// <summary>A part of an object and where its bytes go.</summary>
/// <param name="Offset">Where the part begins in the object.</param>
/// <param name="Destination">Filled whole.</param>
public readonly record struct ReadRange(long Offset, Memory<byte> Destination);
