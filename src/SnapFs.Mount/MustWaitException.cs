namespace SnapFs.Mount;

/// <summary>
/// Thrown by <see cref="MountOptions.BeforeWaiting"/>: the operation would have to wait and may not do so now. Nothing was
/// changed by it; it can be tried again.
/// </summary>
internal sealed class MustWaitException : Exception;
