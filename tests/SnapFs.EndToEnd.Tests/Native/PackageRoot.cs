using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Processes;

namespace SnapFs.EndToEnd.Tests.Native;

/// <summary>A directory that dpkg takes for a whole system, in which only one package is ever installed.</summary>
public sealed class PackageRoot : IDisposable
{
    private readonly TestDirectory directory;
    private readonly string package;

    /// <summary>Makes it; skips the test of an ordinary user.</summary>
    /// <param name="package">The file of the package.</param>
    public PackageRoot(string package)
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "dpkg needs root");
        this.package = package;
        directory = new TestDirectory();
        Directory.CreateDirectory(this["var/lib/dpkg/updates"]);
        Directory.CreateDirectory(this["var/lib/dpkg/info"]);
        File.WriteAllText(this["var/lib/dpkg/status"], "");
        File.WriteAllText(this["var/lib/dpkg/available"], "");
    }

    /// <summary>A path in it.</summary>
    public string this[string name] => directory[name];

    /// <summary>Installs the package, or updates it.</summary>
    public PackageRoot Install()
    {
        Dpkg("--install", package).Expect();
        return this;
    }

    /// <summary>Runs <c>dpkg</c> on it. What is lost if the machine crashes is of no matter here.</summary>
    public ProcessResult Dpkg(params string[] arguments) => ProcessRunner.Run("dpkg",
        [
            $"--root={directory.Path}", "--force-script-chrootless", "--force-depends", "--force-confold", "--force-unsafe-io",
            .. arguments,
        ]);

    public void Dispose() => directory.Dispose();
}
