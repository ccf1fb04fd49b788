using System.Globalization;
using System.Text;
using SnapFs.Cli.Hosting;

namespace SnapFs.Cli.Output;

/// <summary>One line of a terminal that is written again and again: a bar, the rate and the time left.</summary>
/// <remarks>Plain ANSI rather than Spectre.Console: one line needs no layout, and the package is neither annotated
/// for trimming nor free at start-up.</remarks>
internal sealed class ProgressLine(CliEnvironment environment, int columns)
{
    private const int BarWidth = 24;
    private const string ClearLine = "\r\x1b[K";

    private bool _visible;

    /// <summary>Replaces the line.</summary>
    public void Show(in ProgressState state)
    {
        string line = Format(in state, Math.Max(columns - 1, 20), environment.NonEmpty("NO_COLOR") is null);
        environment.Error.Write(Encoding.UTF8.GetBytes(ClearLine + line));
        _visible = true;
    }

    /// <summary>Removes the line.</summary>
    public void Clear()
    {
        if (_visible)
        {
            environment.Error.Write(Encoding.UTF8.GetBytes(ClearLine));
            _visible = false;
        }
    }

    /// <summary>The line for a state, at most <paramref name="width"/> columns.</summary>
    internal static string Format(in ProgressState state, int width, bool colour)
    {
        double seconds = Math.Max(state.Elapsed.TotalSeconds, 0.001);
        StringBuilder line = new();
        string bar = "";
        double? part = state.Part is { } done ? Math.Clamp(done, 0, 1) : null;
        if (part is { } filledPart)
        {
            int filled = (int)(filledPart * BarWidth);
            bar = $"[{new string('#', filled)}{new string('.', BarWidth - filled)}] ";
            line.Append(bar);
            line.Append(CultureInfo.InvariantCulture, $"{(int)(filledPart * 100),3} %  ");
        }

        line.Append($"{Units.Count(state.ItemsDone)} {state.Items}");
        if (state.BytesDone > 0)
        {
            line.Append($", {Units.Bytes(state.BytesDone)}");
            line.Append(state.BytesTotal is { } all ? $" of {Units.Bytes(Math.Max(all, state.BytesDone))}" : "");
            line.Append($", {Units.Bytes((long)(state.BytesDone / seconds))}/s");
        }

        if (part is > 0.001 and < 1 && seconds > 1)
        {
            line.Append($", {Units.Duration(TimeSpan.FromSeconds((seconds / part.Value) - seconds))} left");
        }

        string text = line.Length > width ? line.ToString(0, width) : line.ToString();
        return colour && bar.Length > 0 && text.Length >= bar.Length
            ? $"\x1b[32m{text[..bar.Length]}\x1b[0m{text[bar.Length..]}"
            : text;
    }
}
