using SnapFs.Chunks;
using SnapFs.Cli.Hosting;
using SnapFs.Cryptography;
using SnapFs.Repository;
using SnapFs.Repository.Keys;
using SnapFs.Repository.Reading;
using SnapFs.Snapshots;
using SnapFs.Storage;
using SnapFs.Testing;
using SnapFs.Testing.Volumes;

namespace SnapFs.Cli.Tests.Commands;

/// <summary>A repository that an agent takes dumps into which cannot read it, and another with the same keys in which an
/// administrator does the same.</summary>
internal sealed class VolumeAgent : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TestRepository _files = new();

    /// <summary>Standard error of the last command.</summary>
    public string Error => _files.Cli.Error;

    /// <summary>What the agent keeps of trees.</summary>
    public string[] Kept => Directory.Exists(Cache)
        ? [.. Directory.GetFiles(Cache, "tree-*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>What the administrator keeps of trees.</summary>
    public string[] KeptByReader => Directory.GetFiles(_files["administrator"], "tree-*", SearchOption.AllDirectories);

    public string Cache => _files["cache"];

    public string this[string name] => _files[name];

    public async Task<VolumeAgent> InitialiseAsync(
        ChunkLimits? chunks = null, string cell = "c", string volume = "*", bool mayRead = false)
    {
        using RepositorySecret.Password password = new("secret");
        InitOptions options = new()
        {
            Password = password,
            Argon2 = Argon2Parameters.Minimum,
            Chunks = chunks ?? ChunkLimits.Default,
        };
        await using (IStorage storage = await StorageRegistry.CreateAsync(StorageAddress.Parse(_files["repo"]), None))
        {
            using OpenedRepository opened = await RepositoryInit.CreateAsync(storage, options, None);
            using KeyFile administrator = new KeyManager(storage, opened).Export();
            using KeyFile agent = await Agents.EnrollAsync(storage, opened, mayRead, (cell, volume));
            KeyFileStore.Write(_files["administrator.key"], administrator);
            KeyFileStore.Write(_files["agent.key"], agent);
        }

        _files.Cli.Variables.Remove("SNAPFS_PASSWORD");
        Copy("repo", "reference");
        return this;
    }

    /// <summary>Takes dumps in as the agent.</summary>
    /// <param name="expected">What the command ends with.</param>
    /// <param name="arguments">Names of samples, or options.</param>
    public Task ImportAsync(ExitCode expected, params string[] arguments)
    {
        Become("agent.key", "repo", "cache");
        return _files.ExpectAsync(expected, [.. Import, .. arguments.Select(Sample)]);
    }

    /// <summary>Takes dumps in as the agent, whatever comes of it.</summary>
    public Task<ExitCode> TryImportAsync(params string[] arguments)
    {
        Become("agent.key", "repo", "cache");
        return _files.Cli.RunAsync([.. Import, .. arguments.Select(Sample)]);
    }

    /// <summary>Does the same as an administrator, each in a command of its own.</summary>
    public async Task ReferAsync(params string[][] commands)
    {
        Become("administrator.key", "reference", "administrator");
        foreach (string[] arguments in commands)
        {
            await _files.ExpectAsync(ExitCode.Success, [.. Import, .. arguments.Select(Sample)]);
        }
    }

    /// <summary>Compares the last state of a volume with that of the administrator's: each chunk of the tree, the dump made up of
    /// it, and what a verification finds.</summary>
    public async Task AssertSameAsync(string volume)
    {
        SnapshotHead mine = (await StatesAsync("repo"))[^1];
        SnapshotHead theirs = (await StatesAsync("reference"))[^1];
        Assert.Equal(theirs.Root, mine.Root);
        Assert.Equal(theirs.Dump, mine.Dump);
        Assert.Equal(theirs.Statistics.FilesChanged, mine.Statistics.FilesChanged);
        List<byte[]> dumps = [];
        foreach (string repository in (string[])["repo", "reference"])
        {
            Become("administrator.key", repository, $"reader-of-{repository}");
            string file = _files[$"{repository}.dump"];
            File.Delete(file);
            await _files.ExpectAsync(ExitCode.Success, "volume", "get", "latest", volume, "-o", file);
            await _files.ExpectAsync(ExitCode.Success, "volume", "verify", volume);
            dumps.Add(await File.ReadAllBytesAsync(file));
        }

        Assert.Equal(dumps[1], dumps[0]);
    }

    /// <summary>The heads of a repository, the one that was taken in last at the end.</summary>
    public async Task<IReadOnlyList<SnapshotHead>> StatesAsync(string repository)
    {
        await using IStorage storage = await StorageRegistry.OpenAsync(StorageAddress.Parse(_files[repository]), None);
        using RepositorySecret.FromKeyFile secret = new(KeyFile.Parse(await File.ReadAllTextAsync(_files["administrator.key"])));
        using OpenedRepository opened = await RepositoryOpener.OpenAsync(storage, secret, None);
        using RepositoryReader reader = await RepositoryReader.OpenAsync(storage, opened.Keys, null, None);
        return [.. reader.Snapshots.OrderBy(head => head.Ended)];
    }

    /// <summary>Copies a directory, in the place of what was there.</summary>
    public void Copy(string from, string to)
    {
        _files.Delete(to);
        foreach (string file in Directory.GetFiles(_files[from], "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(_files[to], Path.GetRelativePath(_files[from], file));
            LocalCache.Create(Path.GetDirectoryName(target)!); // a file is in a directory
            File.Copy(file, target);
        }
    }

    /// <summary>Loses the cache of the agent.</summary>
    public void LoseCache() => _files.Delete("cache");

    /// <summary>Writes what a stream gives to a file.</summary>
    public string Write(string name, Stream content)
    {
        using FileStream file = File.Create(_files[name]);
        content.CopyTo(file);
        content.Dispose();
        return _files[name];
    }

    /// <summary>Expects that the last command said one line, besides warnings.</summary>
    public void AssertOneLine(string part)
    {
        string line = Assert.Single(Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(part, line, StringComparison.Ordinal);
    }

    public void Dispose() => _files.Dispose();

    private static string[] Import => ["volume", "import", "--cell", "c", "--quiet"];

    private static string Sample(string argument) =>
        DumpSamples.Names.Contains($"{argument}.dump") ? Path.Combine(DumpSamples.Folder, $"{argument}.dump") : argument;

    private void Become(string key, string repository, string cache)
    {
        _files.Cli.Variables["SNAPFS_KEY_FILE"] = _files[key];
        _files.Cli.Variables["SNAPFS_REPOSITORY"] = _files[repository];
        _files.Cli.Variables["SNAPFS_CACHE_DIR"] = _files[cache];
    }
}
