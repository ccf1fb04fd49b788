using System.Globalization;
using System.Text.RegularExpressions;
using SnapFs.Afs.Chains;
using SnapFs.Afs.Reading;

namespace SnapFs.Jobs.Vos;

/// <summary>What SnapFs asks of volume servers and their database, by way of <c>vos</c>.</summary>
/// <param name="vos">The program.</param>
public sealed partial class VolumeServer(VosProgram vos)
{
    /// <summary>The longest name that <c>vos</c> gives a volume; other servers gave longer ones.</summary>
    private const int MaxNewName = 22;

    /// <summary>A name that a volume may be given.</summary>
    /// <exception cref="UsageException">It may not be given.</exception>
    public static string RequireNewName(string name) =>
        Name().IsMatch(name) && name.Length <= MaxNewName && !Suffix().IsMatch(name) && !name.All(char.IsAsciiDigit)
            ? name
            : throw new UsageException(
                $"vos gives volumes names of 1 to {MaxNewName} letters, digits and . _ -, which are no number and do not end in "
                + $".backup or .readonly, unlike '{SafeText.Of(name)}'");

    /// <summary>The name or number of a volume that may be in the cell.</summary>
    /// <exception cref="UsageException">None can be called so.</exception>
    public static string RequireName(string name) => Name().IsMatch(name)
        ? name
        : throw new UsageException($"no volume is called '{SafeText.Of(name)}': a name has 1 to {VolumeName.MaxLength} letters, digits "
            + "and . _ -");

    /// <summary>A server or partition.</summary>
    /// <param name="place">As given.</param>
    /// <param name="option">The option that it was given with.</param>
    /// <exception cref="UsageException">It cannot be one.</exception>
    public static string RequirePlace(string place, string option) =>
        Place().IsMatch(place) ? place : throw new UsageException($"{option} cannot be '{SafeText.Of(place)}'");

    /// <summary>Whether the database knows a volume.</summary>
    /// <exception cref="JobException">It cannot be asked.</exception>
    public async Task<bool> ExistsAsync(string name, CancellationToken cancellationToken)
    {
        VosResult result = await vos.RunAsync(["examine", name], cancellationToken).ConfigureAwait(false);
        return !result.IsNoEntry && result.Expect().IsSuccess;
    }

    /// <summary>Where a volume is; null if there is none.</summary>
    internal async Task<VolumeSite?> FindAsync(string name, CancellationToken cancellationToken)
    {
        VosResult result = await vos.RunAsync(["examine", name, "-format"], cancellationToken).ConfigureAwait(false);
        return result.IsNoEntry ? null : VolumeSite.Parse(result.Expect().Output);
    }

    /// <summary>What the servers say of a volume.</summary>
    /// <param name="name">Its name or number.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="JobException">There is none, or they do not answer.</exception>
    internal async Task<ExaminedVolume> ExamineAsync(string name, CancellationToken cancellationToken)
    {
        VosResult result = await vos.RunAsync(["examine", name, "-format"], cancellationToken).ConfigureAwait(false);
        return result.IsNoEntry
            ? throw new JobException(ErrorKind.NotFound, $"there is no volume {SafeText.Of(name)}")
            : ExaminedVolume.Parse(result.Expect().Output);
    }

    /// <summary>The same of the read-write volume that one belongs to.</summary>
    internal async Task<ExaminedVolume> ExamineParentAsync(ExaminedVolume volume, CancellationToken cancellationToken) =>
        volume.IsReadWrite
            ? volume
            : await ExamineAsync(volume.ParentId.ToString(CultureInfo.InvariantCulture), cancellationToken).ConfigureAwait(false);

    /// <summary>Begins a dump.</summary>
    /// <param name="volume">What to dump.</param>
    /// <param name="from">Changes from then on are wanted; 0 for all.</param>
    internal VosDump Dump(ExaminedVolume volume, uint from) => new(vos, this, volume, from);

    /// <summary>Restores a dump as a new volume.</summary>
    internal Task<VosResult> RestoreAsync(
        VolumeSite site, string name, DumpContent dump, CancellationToken cancellationToken) =>
        vos.RunAsync(["restore", site.Server, site.Partition, name, "-overwrite", "abort"], dump, cancellationToken);

    /// <summary>Renames a volume and its clones.</summary>
    internal Task<VosResult> RenameAsync(string from, string to, CancellationToken cancellationToken) =>
        vos.RunAsync(["rename", from, to], cancellationToken);

    /// <summary>Removes a volume.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Ends <c>vos</c>.</param>
    /// <exception cref="JobException">It is still there.</exception>
    public async Task RemoveAsync(string name, CancellationToken cancellationToken) =>
        (await vos.RunAsync(["remove", "-id", name], cancellationToken).ConfigureAwait(false)).Expect();

    /// <summary>The number of a volume that a restore has begun to make: <c>vos</c> says it, and if not, the server does.</summary>
    /// <returns>Null if nothing was begun.</returns>
    internal async Task<string?> NumberOfAsync(VosResult restore, VolumeSite site, string name)
    {
        Match match = Restoring().Match(restore.Output);
        if (match.Success)
        {
            return match.Groups[1].Value;
        }

        VosResult list = await vos.RunAsync(["listvol", site.Server, site.Partition], CancellationToken.None)
            .ConfigureAwait(false);
        return list.Output
            .Split('\n')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words.Length >= 2 && words[0] == name && words[1].All(char.IsAsciiDigit))
            .Select(words => words[1])
            .FirstOrDefault();
    }

    /// <summary>Whether the database knows a number.</summary>
    internal async Task<bool> IsRegisteredAsync(string number) =>
        !(await vos.RunAsync(["listvldb", "-name", number], CancellationToken.None).ConfigureAwait(false)).IsNoEntry;

    /// <summary>Ends the transaction that a killed <c>vos</c> has left on a volume, if there is one.</summary>
    internal async Task EndTransactionAsync(VolumeSite site, string number)
    {
        VosResult status = await vos.RunAsync(["status", site.Server], CancellationToken.None).ConfigureAwait(false);
        foreach (Match match in Transaction().Matches(status.Output))
        {
            if (match.Groups[2].Value == number)
            {
                await vos.RunAsync(["endtrans", site.Server, match.Groups[1].Value], CancellationToken.None)
                    .ConfigureAwait(false);
            }
        }
    }

    /// <summary>Removes what is on a server but not in the database.</summary>
    /// <returns>Whether nothing is left.</returns>
    internal async Task<bool> ZapAsync(VolumeSite site, string number)
    {
        VosResult zap = await vos.RunAsync(["zap", site.Server, site.Partition, number], CancellationToken.None)
            .ConfigureAwait(false);
        return zap.IsSuccess || zap.Error.Contains("no such volume", StringComparison.OrdinalIgnoreCase);
    }

    [GeneratedRegex(@"^[A-Za-z0-9_.][A-Za-z0-9_.+-]{0,30}\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"\.(backup|readonly)\z")]
    private static partial Regex Suffix();

    [GeneratedRegex(@"^[A-Za-z0-9/:.][A-Za-z0-9/:._-]{0,254}\z")]
    private static partial Regex Place();

    [GeneratedRegex(@"Restoring volume \S+ Id (\d+)")]
    private static partial Regex Restoring();

    [GeneratedRegex(@"transaction: (\d+) [^-]*?^volume: (\d+)", RegexOptions.Multiline)]
    private static partial Regex Transaction();
}
