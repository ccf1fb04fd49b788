using System.Globalization;
using SnapFs.EndToEnd.Tests.Harness;
using SnapFs.Testing.Processes;
using SnapFs.Testing.Trees;

namespace SnapFs.EndToEnd.Tests.Commands;

/// <summary>Restores by somebody who is not root, of files that root backed up.</summary>
public sealed class UserRestoreTests : IDisposable
{
    private const string User = "65534";
    private readonly RepositoryFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    [SkippableFact]
    public void An_ordinary_user_gets_everything_but_owners_and_is_told_so_once()
    {
        string source = BackUpTreeOfManyOwners();
        string target = HomeOf("restored");

        ProcessResult result = fixture.ShellAs(User, $"snapfs restore 'latest:{source}' --target '{target}'").Expect();

        // The directory, what is root's, and what is daemon's; the letter is the user's own.
        Assert.Contains("4 entries of other owners or groups are yours now", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(
            Shell($"cd '{source}' && find . -type f -printf '%p %TY-%Tm-%Td %T@\\n' | sort && cat letter of-root of-daemon"),
            Shell($"cd '{target}' && find . -type f -printf '%p %TY-%Tm-%Td %T@\\n' | sort && cat letter of-root of-daemon"));
        Assert.Equal("640 65534 65534", Stat(target, "letter"));
        Assert.Equal("755 65534 65534", Stat(target, "of-root")); // not set-user-ID of somebody else
        Assert.Equal("604 65534 65534", Stat(target, "of-daemon"));
        Assert.Equal("750 65534 65534", Stat(target, "."));
        Assert.Equal("letter", Shell($"readlink '{target}/link'"));
        Assert.Equal("kept", Shell($"getfattr --only-values -n user.note '{target}/letter'"));

        string json = fixture.ShellAs(User, $"snapfs restore 'latest:{source}' --target '{target}' --json").Expect().Output;
        Assert.Contains("\"ownersNotSet\":4,\"problems\":0", json, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Links_in_the_target_lead_an_ordinary_user_nowhere_else()
    {
        string source = BackUpTreeOfManyOwners();
        string target = HomeOf("restored");
        string outside = HomeOf("outside");
        string below = target + source;
        Shell($"""
            mkdir -p '{Path.GetDirectoryName(below)}' '{outside}'
            ln -s '{outside}' '{below}'
            chown -hR {User}:{User} '{target}' '{outside}'
            """);

        ProcessResult result = fixture.ShellAs(User, $"snapfs restore latest --target '{target}'");

        Assert.True(result.ExitCode is ExitCodes.Done or ExitCodes.Partial, result.ToString());
        Assert.Empty(Directory.EnumerateFileSystemEntries(outside));
    }

    [SkippableFact]
    public void A_target_that_the_user_may_not_write_is_one_line()
    {
        string source = BackUpTreeOfManyOwners();
        string target = fixture["closed"];
        Directory.CreateDirectory(target);
        ProcessRunner.Run("chmod", ["755", target]).Expect();

        ProcessResult result = fixture.ShellAs(User, $"snapfs restore 'latest:{source}/letter' --target '{target}'");

        Assert.Equal(ExitCodes.Partial, result.ExitCode);
        Assert.Contains("Permission denied", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("yours now", result.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(target));
    }

    private string BackUpTreeOfManyOwners()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "becoming another user needs root");
        fixture.Initialise();
        string source = new TestTree { ["letter"] = "mine", ["of-root"] = "root's", ["of-daemon"] = "daemon's" }
            .WriteTo(fixture["source"]);
        Shell($"""
            cd '{source}'
            ln -s letter link
            chown {User}:{User} letter
            chown -h {User}:{User} link
            chown 1:1 of-daemon
            chmod 640 letter
            chmod 604 of-daemon
            chmod 4755 of-root
            mkdir closed
            chmod 750 . closed
            setfattr -n user.note -v kept letter
            touch -d '2001-02-03 04:05:06.789' letter of-root of-daemon
            """);
        fixture.Run("backup", source).Expect();
        string home = fixture["home"];
        Directory.CreateDirectory(home);
        Shell($"""
            chmod 755 '{Path.GetDirectoryName(home)}'
            chown {User}:{User} '{home}'
            chmod -R a+rX '{fixture.Repository}'
            """);
        fixture.Environment["SNAPFS_CACHE_DIR"] = Path.Combine(home, "cache");
        return source;
    }

    private string HomeOf(string name) => Path.Combine(fixture["home"], name);

    private static string Stat(string directory, string name) =>
        Shell(string.Create(CultureInfo.InvariantCulture, $"stat -c '%a %u %g' '{directory}/{name}'"));

    private static string Shell(string script) => ProcessRunner.Shell(script).Expect().Output.TrimEnd('\n');
}
