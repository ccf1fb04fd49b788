using System.Text;
using SnapFs.Cli.Hosting;
using SnapFs.Testing.Fuse;

namespace SnapFs.Cli.Tests.Commands;

/// <summary>A repository in a temporary directory, and command lines for it.</summary>
internal sealed class TestRepository : IDisposable
{
    public TestRepository()
    {
        Directory = System.IO.Directory.CreateTempSubdirectory("snapfs-cli-").FullName;
        Cli.Variables["SNAPFS_REPOSITORY"] = this["repo"];
        Cli.Variables["SNAPFS_CACHE_DIR"] = this["cache"];
        Cli.Variables["SNAPFS_PASSWORD"] = "secret";
    }

    public TestCli Cli { get; } = new();

    public string Directory { get; }

    public string this[string name] => Path.Combine(Directory, name);

    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);

    /// <summary>Makes the repository, with the least that trying a passphrase may cost.</summary>
    public async Task<TestRepository> InitialiseAsync()
    {
        await ExpectAsync(ExitCode.Success, "init", "--argon-memory", "64M", "--argon-passes", "2");
        return this;
    }

    /// <summary>Opens the repository with a key file from now on, since trying a passphrase takes long.</summary>
    public async Task UseKeyFileAsync()
    {
        await ExpectAsync(ExitCode.Success, "key", "export", "--file", this["key"]);
        Cli.Variables.Remove("SNAPFS_PASSWORD");
        Cli.Variables["SNAPFS_KEY_FILE"] = this["key"];
    }

    /// <summary>Writes a file of 200 kB in which nothing comes twice.</summary>
    public string WriteLarge(string name)
    {
        byte[] content = new byte[100_000];
        new Random(1).NextBytes(content);
        return Write(name, Convert.ToHexString(content));
    }

    /// <summary>Writes a file below the temporary directory.</summary>
    public string Write(string name, string content)
    {
        string path = this[name];
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(path) ?? Directory);
        File.WriteAllText(path, content);
        return path;
    }

    /// <summary>Serves the repository as it is now by a file system of the tests' own, and uses it from there from now on.</summary>
    /// <param name="path">Where.</param>
    /// <exception cref="SkipException">That is not possible here.</exception>
    public FuseTree Serve(out string path)
    {
        path = System.IO.Directory.CreateDirectory(this["served"]).FullName;
        try
        {
            FuseTree tree = FuseTree.Mount(path, NodeOf(new DirectoryInfo(this["repo"])));
            Cli.Variables["SNAPFS_REPOSITORY"] = path;
            return tree;
        }
        catch (FuseUnavailableException e)
        {
            throw new SkipException(e.Message);
        }
    }

    /// <summary>Removes a directory and what is in it, if it is there.</summary>
    public void Delete(string name)
    {
        if (System.IO.Directory.Exists(this[name]))
        {
            System.IO.Directory.Delete(this[name], recursive: true);
        }
    }

    /// <summary>Makes two snapshots under names of their own: of a large and a small file, and of a third one beside these.</summary>
    public async Task BackUpTwiceAsync(string first, string second)
    {
        WriteLarge("data/large");
        Write("data/sub/small", "content");
        await ExpectAsync(ExitCode.Success, "backup", "--source", first, this["data"]);
        Write("data/sub/new", "another");
        await ExpectAsync(ExitCode.Success, "backup", "--source", second, this["data"]);
    }

    /// <summary>Runs a command line and returns what it wrote to standard output.</summary>
    public async Task<string> ExpectAsync(ExitCode expected, params string[] arguments)
    {
        ExitCode code = await Cli.RunAsync(arguments);
        Assert.True(code == expected, $"{string.Join(' ', arguments)} ended with {code}\n{Cli.Output}{Cli.Error}");
        return Cli.Output;
    }

    private static FuseNode NodeOf(DirectoryInfo directory) => FuseNode.Directory(
    [
        .. directory.GetFileSystemInfos().Select(entry => (
            Encoding.UTF8.GetBytes(entry.Name),
            entry is DirectoryInfo below ? NodeOf(below) : FuseNode.File(File.ReadAllBytes(entry.FullName)))),
    ]);
}
