using System.CommandLine;
using SnapFs.Cli.Hosting;
using SnapFs.Cli.Mounting;

namespace SnapFs.Cli.Tests.Mounting;

public sealed class MountRequestTests
{
    [Fact]
    public void The_process_behind_a_mount_understands_what_it_is_told()
    {
        MountRequest request = new()
        {
            Path = "/mnt/a b",
            Repository = "/srv/backup",
            CacheDirectory = "/var/cache/snapfs",
            AllowOther = true,
            UsersOf = ["web1", "web2"],
            AfsAcls = true,
            NoExec = true,
            CacheBytes = 64 * 1024 * 1024,
            LogFile = "/var/log/snapfs.log",
            Debug = true,
        };
        CommandTree tree = CommandTree.Create();

        ParseResult parse = tree.Parse([.. request.ToArguments(BackgroundMount.ChildOption)]);

        Assert.Empty(parse.Errors);
        Assert.Equal("mount", parse.CommandResult.Command.Name);
        Assert.True(parse.GetValue<bool>(BackgroundMount.ChildOption));
        Assert.Equal("/mnt/a b", parse.GetValue<string>("dir"));
        Assert.Equal(["web1", "web2"], parse.GetValue<string[]>("--users-of") ?? []);
        Assert.True(parse.GetValue<bool>("--afs-acls"));
        Assert.True(parse.GetValue<bool>("--noexec"));
        Assert.Equal("67108864", parse.GetValue<string>("--cache-size"));
        Assert.Equal("/var/log/snapfs.log", parse.GetValue<string>("--log-file"));
        Assert.True(parse.GetValue<bool>("--debug"));
    }

    [Fact]
    public void No_argument_holds_a_secret()
    {
        MountRequest request = new() { Path = "/m", Repository = "/r", CacheDirectory = "/c" };

        Assert.Equal(
            ["mount", "/m", BackgroundMount.ChildOption, "--repo=/r", "--cache-dir=/c"],
            request.ToArguments(BackgroundMount.ChildOption));
    }
}
