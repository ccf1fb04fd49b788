using System.Text;
using SnapFs.Cli.Commands.BackupManager;

namespace SnapFs.Cli.Hosting;

/// <summary>Under which name the program was called.</summary>
internal static class ProgramName
{
    private const string CommandLineFile = "/proc/self/cmdline";

    /// <summary>Puts the command in front that a link called <c>backup-manager</c> stands for.</summary>
    /// <param name="arguments">Without the program's name.</param>
    public static string[] Expand(string[] arguments) =>
        Path.GetFileName(Called()) == BackupManagerCommand.Name ? [BackupManagerCommand.Name, .. arguments] : arguments;

    /// <summary>The runtime resolves links; the kernel keeps what was typed.</summary>
    private static string Called()
    {
        if (!File.Exists(CommandLineFile))
        {
            return "";
        }

        byte[] commandLine = File.ReadAllBytes(CommandLineFile);
        int end = Array.IndexOf(commandLine, (byte)0);
        return Encoding.UTF8.GetString(commandLine, 0, Math.Max(end, 0));
    }
}
