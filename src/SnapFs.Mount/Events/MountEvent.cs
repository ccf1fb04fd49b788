namespace SnapFs.Mount.Events;

/// <summary>Something the people who run a mount should read in its log.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Message">One line: what, where and what to do.</param>
/// <param name="Error">The cause, for a trace with <c>--debug</c>.</param>
public sealed record MountEvent(MountEventKind Kind, string Message, Exception? Error = null);
