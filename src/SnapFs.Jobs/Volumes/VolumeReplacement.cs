using SnapFs.Jobs.Vos;
using SnapFs.Trees;

namespace SnapFs.Jobs.Volumes;

/// <summary>Puts a restored volume in the place of a damaged one: two <c>vos rename</c>, and nothing is lost.</summary>
public sealed class VolumeReplacement
{
    private readonly VolumeServer _server;
    private readonly string _volume;
    private readonly string _restored;
    private readonly string _kept;

    private VolumeReplacement(VolumeServer server, string volume, string restored, string kept, string plan)
    {
        _server = server;
        _volume = volume;
        _restored = restored;
        _kept = kept;
        Plan = plan;
    }

    /// <summary>What is going to happen, in one sentence.</summary>
    public string Plan { get; }

    /// <summary>Checks all that can be checked.</summary>
    /// <param name="server">Renames.</param>
    /// <param name="volume">The damaged volume.</param>
    /// <param name="restored">The one that takes its place.</param>
    /// <param name="kept">The name that the damaged one is kept under.</param>
    /// <param name="mayBeEdited">Whether the restored one may have changed since it was made.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SnapFsException">They do not fit.</exception>
    public static async Task<VolumeReplacement> PrepareAsync(
        VolumeServer server, string volume, string restored, string kept, bool mayBeEdited, CancellationToken cancellationToken)
    {
        ExaminedVolume live = await server.ExamineAsync(volume, cancellationToken).ConfigureAwait(false);
        ExaminedVolume copy = await server.ExamineAsync(restored, cancellationToken).ConfigureAwait(false);
        RequireFit(live, copy, mayBeEdited);
        if (await server.ExistsAsync(kept, cancellationToken).ConfigureAwait(false))
        {
            throw new JobException(
                ErrorKind.Exists,
                $"there is a volume {kept} already; say with --keep-as how to call the damaged one, or discard that first");
        }

        return new VolumeReplacement(
            server,
            volume,
            restored,
            kept,
            $"{volume}, last changed {Time(live.UpdateDate)}, becomes {kept}; {restored}, restored {Time(copy.CopyDate)} and last "
                + $"changed {Time(copy.UpdateDate)}, becomes {volume}.");
    }

    /// <summary>Replaces.</summary>
    /// <param name="cancellationToken">Ends the first step; the second is always tried.</param>
    /// <exception cref="JobException">It failed; the message says what is called how.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        (await _server.RenameAsync(_volume, _kept, cancellationToken).ConfigureAwait(false)).Expect();
        VosResult second = await _server.RenameAsync(_restored, _volume, CancellationToken.None).ConfigureAwait(false);
        if (!second.IsSuccess)
        {
            VosResult back = await _server.RenameAsync(_kept, _volume, CancellationToken.None).ConfigureAwait(false);
            throw new JobException(ErrorKind.Environment, back.IsSuccess
                ? $"{second.Complaint}; everything is as it was"
                : $"{second.Complaint}; the damaged volume is now called {_kept}: 'vos rename {_kept} {_volume}' gives it its name back");
        }
    }

    /// <summary>Nothing in the cell says of what a volume was restored, but one that is in use can be told.</summary>
    private static void RequireFit(ExaminedVolume live, ExaminedVolume copy, bool mayBeEdited)
    {
        if (!live.IsReadWrite || !copy.IsReadWrite)
        {
            throw new JobException(
                ErrorKind.Refused,
                $"{(live.IsReadWrite ? copy.Name : live.Name)} is a clone; only read-write volumes take each other's place");
        }

        if (live.Id == copy.Id)
        {
            throw new UsageException($"{live.Name} and {copy.Name} are one volume");
        }

        if (copy.UpdateDate > copy.CopyDate && !mayBeEdited)
        {
            throw new JobException(
                ErrorKind.Refused,
                $"{copy.Name} was changed at {Time(copy.UpdateDate)}, after it was made at {Time(copy.CopyDate)}: it is in use, or was "
                + "edited after it was restored; --edited takes it all the same");
        }
    }

    private static string Time(uint seconds) => Units.Time(new Timestamp(seconds, 0));
}
