using SnapFs.Cli.Hosting;

namespace SnapFs.Cli;

/// <summary>The entry of the program.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        StandardDescriptors.Claim();
        RuntimePipes.Close();
        using StopSignals signals = new();
        CommandHost host = new(CliEnvironment.OfProcess());
        ExitCode code = await host
            .RunAsync(ProgramName.Expand(ProgramArguments.AsTyped(arguments)), () => signals.Code, signals.Token)
            .ConfigureAwait(false);
        return (int)code;
    }
}
