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
        environment.Error.Write(TextEncoding.UTF8.GetBytes(ClearLine + line));
        _visible = true;
    }

    /// <summary>Removes the line.</summary>
    public void Clear()
    {
        if (_visible)
        {
            environment.Error.Write(TextEncoding.UTF8.GetBytes(ClearLine));
            _visible = false;
        }
    }

    /// <summary>The line for a state, at most <paramref name="width"/> columns.</summary>
    internal static string Format(in ProgressState state, int width, bool colour)
    {
        double seconds = Math.Max(state.Elapsed.TotalSeconds, 0.001);
        long rate = (long)(state.BytesDone / seconds);
        StringBuilder line = new();
        string bar = "";
        if (state.BytesTotal is > 0 and long total)
        {
            double part = Math.Clamp((double)state.BytesDone / total, 0, 1);
            int filled = (int)(part * BarWidth);
            bar = $"[{new string('#', filled)}{new string('.', BarWidth - filled)}] ";
            line.Append(bar);
            line.Append(System.Globalization.CultureInfo.InvariantCulture, $"{(int)(part * 100),3} %  ");
        }

        line.Append($"{Units.Count(state.ItemsDone)} files, {Units.Bytes(state.BytesDone)}");
        line.Append(state.BytesTotal is { } all ? $" of {Units.Bytes(Math.Max(all, state.BytesDone))}" : "");
        line.Append($", {Units.Bytes(rate)}/s");
        if (state.BytesTotal is { } goal && rate > 0 && goal > state.BytesDone && seconds > 1)
        {
            line.Append($", {Units.Duration(TimeSpan.FromSeconds((goal - state.BytesDone) / rate))} left");
        }

        string text = line.Length > width ? line.ToString(0, width) : line.ToString();
        return colour && bar.Length > 0 && text.Length >= bar.Length
            ? $"\x1b[32m{text[..bar.Length]}\x1b[0m{text[bar.Length..]}"
            : text;
    }
}
