namespace SnapFs.Cli.Hosting;

/// <summary>The name of this machine, as <c>hostname</c> prints it.</summary>
internal static class HostName
{
    private const string KernelFile = "/proc/sys/kernel/hostname";

    /// <summary>The whole name: the runtime's own property cuts a domain off.</summary>
    public static string OfThisMachine() =>
        File.Exists(KernelFile) ? File.ReadAllText(KernelFile).TrimEnd('\n') : Environment.MachineName;
}
