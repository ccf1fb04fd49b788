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
    /// <param name="state">How far it is.</param>
    /// <param name="problems">How many were told so far.</param>
    public void Show(in ProgressState state, long problems)
    {
        string line = Format(in state, problems, Math.Max(columns - 1, 20), environment.NonEmpty("NO_COLOR") is null);
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

    /// <summary>The line for a state, at most <paramref name="width"/> columns: where they are few, the bar is left out first, then the
    /// rate, then the bytes; what is left to wait for stays.</summary>
    internal static string Format(in ProgressState state, long problems, int width, bool colour)
    {
        double seconds = Math.Max(state.Elapsed.TotalSeconds, 0.001);
        double? part = state.Part is { } done ? Math.Clamp(done, 0, 1) : null;
        string percent = part is { } known ? string.Create(CultureInfo.InvariantCulture, $" {(int)(known * 100),3} %  ") : " ";
        string items = $"{Units.Count(state.ItemsDone)} {state.Items}";
        bool hasBytes = state.BytesDone > 0;
        string counting = state.IsCounting ? " and counting" : "";
        string of = state.BytesTotal is { } all ? $" of {Units.Bytes(Math.Max(all, state.BytesDone))}{counting}" : "";
        string bytes = hasBytes ? $", {Units.Bytes(state.BytesDone)}{of}" : "";
        string rate = hasBytes ? $", {Units.Bytes((long)(state.BytesDone / seconds))}/s" : "";
        string left = part is > 0.001 and < 1 && seconds > 1
            ? $", {Units.Duration(TimeSpan.FromSeconds((seconds / part.Value) - seconds))} left"
            : "";
        string wrong = problems > 0 ? $", {Units.Count(problems, "problem")}" : "";
        string end = left + wrong;
        string text = $"{state.Phase}:{percent}{items}{bytes}{rate}{end}";
        if (part is { } filledPart && BarWidth + 3 + text.Length <= width)
        {
            int filled = (int)(filledPart * BarWidth);
            string bar = $"[{new string('#', filled)}{new string('.', BarWidth - filled)}]";
            return colour ? $"\x1b[32m{bar}\x1b[0m {text}" : $"{bar} {text}";
        }

        string[] shorter = [text, $"{state.Phase}:{percent}{items}{bytes}{end}", $"{state.Phase}:{percent}{items}{end}"];
        return shorter.FirstOrDefault(line => line.Length <= width) ?? shorter[^1][..width];
    }
}
