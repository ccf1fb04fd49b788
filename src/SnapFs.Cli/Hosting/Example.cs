namespace SnapFs.Cli.Hosting;

/// <summary>A line of help that can be typed as it stands.</summary>
/// <param name="CommandLine">What to type.</param>
/// <param name="Meaning">What it does, without a full stop.</param>
internal sealed record Example(string CommandLine, string Meaning);
