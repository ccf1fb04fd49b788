namespace SnapFs;

/// <summary>An error of one stored object while others can be had: whoever works through many names what it costs and goes on.
/// </summary>
public interface IObjectFailure
{
    /// <summary>The object, as a person can find it: <c>packs/3f/3f9a…</c>.</summary>
    string Subject { get; }
}
