namespace SnapFs.Chunks;

/// <summary>How the plain bytes of a frame are stored before encryption.</summary>
public enum FrameCodec : byte
{
    /// <summary>As they are.</summary>
    Stored = 0,

    /// <summary>One zstd frame (RFC 8878).</summary>
    Zstd = 1,
}
