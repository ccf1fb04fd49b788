using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using SnapFs.Testing.Processes;

namespace SnapFs.Testing.Afs;

/// <summary>
/// A real OpenAFS cell on this machine, as <c>tests/afs</c> makes it. Needs root. Volumes made through it are removed when
/// it is disposed of. Test runs share the cell: names of volumes come from <see cref="UniqueName"/>.
/// </summary>
public sealed partial class AfsCell : IDisposable
{
    /// <summary>The file server.</summary>
    public const string Server = "127.1.0.1";

    /// <summary>The partition, <c>/vicepa</c>.</summary>
    public const string Partition = "a";

    /// <summary>The name of the cell.</summary>
    public const string Name = "snapfs.test";

    private const int CannotRunHere = 77;
    private static readonly TimeSpan SalvagePatience = TimeSpan.FromMinutes(1);

    private readonly string scripts;
    private readonly CellUsers users;
    private readonly string directory = Directory.CreateTempSubdirectory("snapfs-cell-").FullName;
    private readonly string client;
    private readonly HashSet<string> created = new(StringComparer.Ordinal);
    private int names;

    private AfsCell(string scripts, CellUsers users)
    {
        this.scripts = scripts;
        this.users = users;
        client = Path.Combine(directory, "afsvol");
    }

    /// <summary>A directory for the dumps of the tests; goes with this object.</summary>
    public string Dumps => directory;

    /// <summary>Starts the cell, or joins those who use it already.</summary>
    /// <param name="scripts">The directory <c>tests/afs</c>.</param>
    /// <exception cref="AfsUnavailableException">This machine cannot have one.</exception>
    public static AfsCell Start(string scripts)
    {
        if (Environment.UserName != "root")
        {
            throw new AfsUnavailableException("no OpenAFS cell: not root");
        }

        CellUsers users = CellUsers.Join();
        AfsCell cell = new(scripts, users);
        try
        {
            CellUsers.Start(() => cell.Script("cell-up.sh"));
            cell.Script("build.sh", cell.client);
            return cell;
        }
        catch
        {
            cell.Dispose();
            throw;
        }
    }

    /// <summary>A name that no other test run uses, at most 22 characters: <paramref name="prefix"/>, then a few.</summary>
    public string UniqueName(string prefix) =>
        string.Create(CultureInfo.InvariantCulture, $"{prefix}{Environment.ProcessId:x}-{names++}");

    /// <summary>Runs <c>vos</c> with the rights of the server.</summary>
    public static ProcessResult Vos(params string[] arguments) =>
        ProcessRunner.Run("vos", [.. arguments, "-noresolve", "-localauth"]);

    /// <summary>Runs <c>pts</c> with the rights of the server.</summary>
    public static ProcessResult Pts(params string[] arguments) => ProcessRunner.Run("pts", [.. arguments, "-localauth"]);

    /// <summary>The ids of all users and groups, groups being negative.</summary>
    public static IReadOnlyDictionary<string, int> Ids() => Pts("listentries", "-users", "-groups").Expect().Output
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Skip(1)
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .ToDictionary(words => words[0], words => int.Parse(words[1], CultureInfo.InvariantCulture));

    /// <summary>Makes an empty volume without a quota.</summary>
    public LiveVolume Create(string name)
    {
        Vos("create", Server, Partition, name, "-maxquota", "0").Expect();
        return Find(name);
    }

    /// <summary>Dumps a volume into a new file.</summary>
    /// <param name="volume">Its name; also of a <c>.backup</c>.</param>
    /// <param name="since">Seconds since 1970 for an increment, 0 for a full dump.</param>
    /// <param name="flags">For example <c>-omitdirs</c> or <c>-clone</c>.</param>
    public VolumeDump Dump(string volume, long since = 0, params string[] flags)
    {
        // The second in which the dump begins: what changes later in it is dumped twice, which does no harm. A backup
        // volume has not changed since it was cloned.
        long next = volume.EndsWith(".backup", StringComparison.Ordinal)
            ? CloneTime(volume)
            : DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        string file = Path.Combine(directory, UniqueName(volume + ".") + ".dump");
        Vos(["dump", "-id", volume, "-time", Text(since), "-file", file, .. flags]).Expect();
        return new VolumeDump(file, volume, since, next);
    }

    /// <summary>Restores a full dump as a new volume.</summary>
    public LiveVolume Restore(string file, string name)
    {
        Vos("restore", Server, Partition, name, "-file", file, "-overwrite", "abort").Expect();
        return Find(name);
    }

    /// <summary>Applies an increment to a volume.</summary>
    public static void RestoreIncrement(string file, string name) =>
        Vos("restore", Server, Partition, name, "-file", file, "-overwrite", "incremental").Expect();

    /// <summary>Rolls a volume back: an old full dump takes its place under the same number.</summary>
    public static void RollBack(LiveVolume volume, string file)
    {
        ArgumentNullException.ThrowIfNull(volume);
        Vos("restore", Server, Partition, volume.Name, "-file", file, "-id", Text(volume.Id), "-overwrite", "full")
            .Expect();
    }

    /// <summary>Makes or renews a volume's <c>.backup</c>.</summary>
    /// <returns>Its name.</returns>
    public static string Backup(string name)
    {
        Vos("backup", name).Expect();
        return name + ".backup";
    }

    /// <summary>Has the server mend a volume, as <c>bos salvage</c> does: names that lead nowhere are removed.</summary>
    /// <exception cref="TimeoutException">It was not done within a minute.</exception>
    public static void Salvage(LiveVolume volume)
    {
        ArgumentNullException.ThrowIfNull(volume);
        string[] place = ["-volumeid", Text(volume.Id), "-partition", "/vicep" + Partition];
        ProcessRunner.Run("salvsync-debug", ["salvage", .. place]).Expect();
        Stopwatch waited = Stopwatch.StartNew();
        while (!ProcessRunner.Run("salvsync-debug", ["query", .. place]).Expect().Output.Contains("STATE_DONE", StringComparison.Ordinal))
        {
            if (waited.Elapsed > SalvagePatience)
            {
                throw new TimeoutException($"volume {volume.Name} was not salvaged");
            }

            Thread.Sleep(100);
        }
    }

    /// <summary>Removes a volume with its <c>.backup</c>.</summary>
    public void Remove(LiveVolume volume)
    {
        ArgumentNullException.ThrowIfNull(volume);
        Vos("remove", "-id", volume.Name).Expect();
        created.Remove(volume.Name);
    }

    /// <summary>Removes a volume by number that the database does not know, as a failed restore leaves one.</summary>
    public static void Zap(uint number) => Vos("zap", Server, Partition, Text(number), "-force").Expect();

    /// <summary>Whether the database knows a volume.</summary>
    public static bool Exists(string name) => Vos("listvldb", "-name", name).ExitCode == 0;

    /// <summary>
    /// The number of a volume that lies on the server, also of one that the database does not know; null if there is none.
    /// </summary>
    public static uint? OnServer(string name)
    {
        string[]? words = Vos("listvol", Server, Partition).Expect().Output
            .Split('\n')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .FirstOrDefault(line => line.Length > 1 && line[0] == name);
        return words is null ? null : uint.Parse(words[1], CultureInfo.InvariantCulture);
    }

    /// <summary>Finds a volume that something else has made. It is removed with this object.</summary>
    public LiveVolume Find(string name)
    {
        string output = Vos("listvldb", "-name", name).Expect().Output;
        created.Add(name);
        return new LiveVolume(this, name, uint.Parse(Number().Match(output).Groups[1].Value, CultureInfo.InvariantCulture));
    }

    public void Dispose()
    {
        foreach (string name in created.ToList())
        {
            if (Exists(name))
            {
                Vos("remove", "-id", name);
            }
        }

        Directory.Delete(directory, recursive: true);
        users.Leave(() => ProcessRunner.Run("sh", [Path.Combine(scripts, "cell-down.sh"), "--wipe"]).Expect());
    }

    internal ProcessResult Client(uint volume, string[] arguments, string script) => ProcessRunner.Run(
        client,
        [Server, Text(volume), .. arguments],
        new ProcessOptions { Input = script });

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static long CloneTime(string volume)
    {
        string output = Vos("examine", volume, "-format").Expect().Output;
        return long.Parse(CreationDate().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    private void Script(string name, params string[] arguments)
    {
        ProcessResult result = ProcessRunner.Run("sh", [Path.Combine(scripts, name), .. arguments]);
        if (result.ExitCode == CannotRunHere)
        {
            throw new AfsUnavailableException(result.Error.Trim());
        }

        result.Expect();
    }

    [GeneratedRegex(@"RWrite: (\d+)")]
    private static partial Regex Number();

    [GeneratedRegex(@"creationDate\s+(\d+)")]
    private static partial Regex CreationDate();
}
