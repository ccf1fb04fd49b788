using System.Globalization;

namespace SnapFs.Cli.Hosting;

/// <summary>
/// The places at which the runtime lets debuggers and tracers of the same user in, whatever the kernel's rules for them are.
/// A process that holds keys has none. The variable turns them off, but is read before the first line of the program.
/// </summary>
internal static class RuntimePipes
{
    /// <summary>Tells the runtime of a program that is started to open none, if it is set to 0.</summary>
    public const string Variable = "DOTNET_EnableDiagnostics";

    /// <summary>Removes those of this process, so that nobody finds them; called before there is a secret.</summary>
    public static void Close()
    {
        if (Environment.GetEnvironmentVariable(Variable) == "0" || !TryReadStartTime(out string start))
        {
            return;
        }

        string directory = Environment.GetEnvironmentVariable("TMPDIR") is { Length: > 0 } named ? named : "/tmp";
        string process = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        foreach (string name in (ReadOnlySpan<string>)
            [
                $"dotnet-diagnostic-{process}-{start}-socket",
                $"clr-debug-pipe-{process}-{start}-in",
                $"clr-debug-pipe-{process}-{start}-out",
            ])
        {
            try
            {
                File.Delete(Path.Combine(directory, name));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The runtime could not make it there either, or has removed it.
            }
        }
    }

    /// <summary>The 22nd field of <c>/proc/self/stat</c>, which the names have; the second may hold spaces.</summary>
    private static bool TryReadStartTime(out string start)
    {
        start = "";
        try
        {
            string stat = File.ReadAllText("/proc/self/stat");
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            start = fields.Length > 19 ? fields[19] : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Without /proc nothing is known of this process.
        }

        return start.Length > 0;
    }
}
