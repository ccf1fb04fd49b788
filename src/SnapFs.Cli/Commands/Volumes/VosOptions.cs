using System.CommandLine;
using SnapFs.Cli.Hosting;
using SnapFs.Jobs.Vos;

namespace SnapFs.Cli.Commands.Volumes;

/// <summary>Options of the commands that run <c>vos</c>.</summary>
internal sealed class VosOptions
{
    private const int DefaultSeconds = 600;

    private static readonly string[] ServerKeys =
        ["/etc/openafs/server/KeyFileExt", "/etc/openafs/server/KeyFile", "/usr/afs/etc/KeyFileExt", "/usr/afs/etc/KeyFile"];

    private readonly Option<bool> _localAuth = new("--localauth")
    {
        Description = "Act with the key of the server this runs on; the default for root on one. Otherwise your tokens count.",
    };

    private readonly Option<int> _timeout = new("--timeout")
    {
        Description = $"End vos if it makes no progress for so long; {DefaultSeconds} by default.",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => DefaultSeconds,
    };

    /// <summary>In the order help shows them.</summary>
    public IReadOnlyList<Option> All => [_localAuth, _timeout];

    /// <summary>Finds <c>vos</c>.</summary>
    /// <param name="context">The command.</param>
    /// <param name="cell">The cell that it acts in; null for that of this machine.</param>
    /// <exception cref="SnapFsException">It is not installed, or an option makes no sense.</exception>
    public VosProgram Find(CommandContext context, string? cell = null)
    {
        int seconds = context.Parse.GetValue(_timeout);
        if (seconds <= 0)
        {
            throw new UsageException("--timeout takes a number of seconds");
        }

        bool localAuth = context.Parse.GetValue(_localAuth)
            || (OperatingSystem.IsLinux() && Interop.Libc.geteuid() == 0 && ServerKeys.Any(File.Exists));
        return new VosProgram(
            AfsProgram.Find(context.Environment.NonEmpty("PATH"), "vos"),
            [
                "-noresolve",
                .. (ReadOnlySpan<string>)(localAuth ? ["-localauth"] : []),
                .. (ReadOnlySpan<string>)(cell is null ? [] : ["-cell", cell]),
            ],
            TimeSpan.FromSeconds(seconds));
    }
}
